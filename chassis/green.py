"""Makes the process cooperative: imported first, before anything that opens a socket, by every nameko entrypoint.

    from chassis import green  # noqa: F401,I001  must be first

asyncio processes never import it: the two do not share a process.
"""

import eventlet

eventlet.monkey_patch()

from eventlet.hubs import trampoline  # noqa: E402  after the patch
from psycopg2 import extensions  # noqa: E402


def _wait_for_postgres(connection: extensions.connection) -> None:
    """Gives way to the other green threads while the server works (libpq's asynchronous interface)."""
    while True:
        state = connection.poll()
        if state == extensions.POLL_OK:
            return
        if state == extensions.POLL_READ:
            trampoline(connection.fileno(), read=True)
        elif state == extensions.POLL_WRITE:
            trampoline(connection.fileno(), write=True)
        else:
            raise extensions.OperationalError("unexpected state of the connection")


extensions.set_wait_callback(_wait_for_postgres)
