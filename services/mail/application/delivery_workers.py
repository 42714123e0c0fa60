"""Threads that empty the spool as fast as they can, and rest when it is empty."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

from services.mail.application.deliver_spooled import Outcome

log = logging.getLogger(__name__)
REST_SECONDS = 2.0
"""How long a message whose bell nobody heard may wait."""
TROUBLE_SECONDS = 1.0


class Bell(Protocol):
    def wait(self, heard: int, seconds: float) -> int: ...


class DeliveryWorkers:
    """`observe` is told every outcome."""

    def __init__(
        self, deliver_one: Callable[[], Outcome], bell: Bell, count: int, observe: Callable[[Outcome], None]
    ) -> None:
        self._deliver_one = deliver_one
        self._bell = bell
        self._observe = observe
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._work, name=f"delivery-{number}") for number in range(count)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def tell_to_stop(self) -> None:
        """Each finishes its message first. Ring the bell afterwards: some may be resting."""
        self._stopping.set()

    def join(self, seconds: float) -> bool:
        """Whether all have ended within `seconds`."""
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        heard = 0
        while not self._stopping.is_set():
            heard = self._bell.wait(heard, 0.0)
            try:
                outcome = self._deliver_one()
            except Exception as error:
                log.error("the spool cannot be worked", exc_info=error)
                self._stopping.wait(TROUBLE_SECONDS)
                continue
            self._observe(outcome)
            if outcome is Outcome.NOTHING_DUE:
                heard = self._bell.wait(heard, REST_SECONDS)
