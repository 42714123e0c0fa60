"""Work that a nameko service does again and again by itself.

    @every(10)
    def announce_position(self) -> None: ...

nameko's own timer doesn't run in our container, and ends the service when its method raises.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from eventlet.event import Event
from eventlet.support.greenlets import GreenletExit
from eventlet.timeout import Timeout
from nameko.extensions import Entrypoint, register_entrypoint

from chassis.correlation import correlated

Method = TypeVar("Method", bound=Callable[[Any], None])

_log = logging.getLogger(__name__)


def every(seconds: float) -> Callable[[Method], Method]:
    """Calls the method at the start and then `seconds` after each time it ended. What it raises is logged (type and
    place only) and costs that turn."""

    def mark(method: Method) -> Method:
        register_entrypoint(method, Periodic(seconds))
        return method

    return mark


class Periodic(Entrypoint):  # type: ignore[misc]  # nameko has no types
    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self._seconds = seconds
        self._stopped = Event()

    def start(self) -> None:
        self.container.spawn_managed_thread(self._turns, identifier=f"every {self._seconds} s: {self.method_name}")

    def stop(self) -> None:
        if not self._stopped.ready():
            self._stopped.send()

    def work(self, service: Any, done: Event) -> None:
        """One turn."""
        try:
            with correlated():
                getattr(service, self.method_name)()
        except GreenletExit:
            raise
        except BaseException as error:  # noqa: BLE001  a bare Timeout or SystemExit must not end the service
            _log.error("a periodic turn failed", exc_info=error, extra={"method": self.method_name})
        finally:
            done.send()

    def _turns(self) -> None:
        while not self._stopped.ready():
            done = Event()
            self.container.spawn_worker(self, (done,), {})
            done.wait()
            with Timeout(self._seconds, exception=False):
                self._stopped.wait()
