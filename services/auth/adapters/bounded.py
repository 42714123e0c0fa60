"""Costly work, bounded: so much at a time, so much waiting, and nobody waits longer than their deadline."""

import threading
from collections.abc import Callable
from typing import TypeVar

from chassis.deadline import remaining
from contracts.errors import ErrorCode, ServiceError

Result = TypeVar("Result")


class Bounded:
    def __init__(self, what: str, *, at_once: int, waiting: int, wait_seconds: float) -> None:
        self._what = what
        self._slots = threading.Semaphore(at_once)
        self._room = waiting
        self._waiting = 0
        self._wait_seconds = wait_seconds

    def __call__(self, work: Callable[[], Result]) -> Result:
        """Raises ServiceError unavailable when too many wait, or none came free in time."""
        if self._waiting >= self._room:
            raise ServiceError(ErrorCode.UNAVAILABLE, f"{self._what}: too many wait", retryable=True)
        self._waiting += 1
        try:
            if not self._slots.acquire(timeout=min(self._wait_seconds, remaining())):
                raise ServiceError(ErrorCode.UNAVAILABLE, f"{self._what}: none came free in time", retryable=True)
        finally:
            self._waiting -= 1
        try:
            return work()
        finally:
            self._slots.release()
