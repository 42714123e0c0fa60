"""Makes the process cooperative: imported first, before anything that opens a socket, by every nameko entrypoint.

    from chassis import green  # noqa: F401,I001  must be first

asyncio processes never import it: the two do not share a process.
"""

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "\\s*Eventlet is deprecated")
    import eventlet

eventlet.monkey_patch()

import logging  # noqa: E402  all that follows must see the patch
from typing import Any  # noqa: E402

from eventlet.hubs import get_hub, trampoline  # noqa: E402
from psycopg2 import OperationalError, extensions  # noqa: E402

_log = logging.getLogger(__name__)


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
            raise OperationalError("unexpected state of the connection")


def _log_instead_of_printing(*arguments: Any) -> None:
    """The hub would print the text of an exception, which may quote what an agent wrote."""
    _log.error("a green thread ended with an error", exc_info=arguments[-1])


extensions.set_wait_callback(_wait_for_postgres)
get_hub().squelch_generic_exception = _log_instead_of_printing
get_hub().squelch_timer_exception = _log_instead_of_printing
