"""Costly work, bounded: so much at a time, so much waiting, and nobody waits longer than their deadline."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from chassis.deadline import remaining
from contracts.errors import ErrorCode, ServiceError

Result = TypeVar("Result")
IN_A_ROW = 3


class _Turn(threading.Event):
    """Set when it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.since = time.monotonic()


class Bounded:
    """First come, first served (a semaphore lets whoever comes at the right moment pass those who wait), in two queues:
    those ahead take three turns in four while others wait, so that neither stops the other. `waiting`: room in each."""

    def __init__(self, what: str, *, at_once: int, waiting: int, wait_seconds: float) -> None:
        self._what = what
        self._room = waiting
        self._wait_seconds = wait_seconds
        self._lock = threading.Lock()
        self._free = at_once
        self._ahead: deque[_Turn] = deque()
        self._behind: deque[_Turn] = deque()
        self._in_a_row = 0

    def __call__(self, work: Callable[[], Result], *, ahead: bool = False) -> Result:
        """Raises ServiceError unavailable when too many wait, or when the turn does not come in time."""
        with self._turn(self._ahead if ahead else self._behind):
            return work()

    @property
    def waiting_behind(self) -> tuple[int, float]:
        """How many there are, and for how many seconds the first of them has been waiting."""
        with self._lock:
            return len(self._behind), time.monotonic() - self._behind[0].since if self._behind else 0.0

    @contextmanager
    def _turn(self, queue: deque[_Turn]) -> Iterator[None]:
        turn = self._queue_up(queue)
        try:
            came = turn.wait(min(self._wait_seconds, remaining())) or not self._leave(queue, turn)
        except BaseException:  # ended from outside: a turn that nobody takes would be lost for all
            if not self._leave(queue, turn):
                self._pass_on()
            raise
        if not came:
            raise ServiceError(ErrorCode.UNAVAILABLE, f"{self._what}: no turn in time", retryable=True)
        try:
            yield
        finally:
            self._pass_on()

    def _queue_up(self, queue: deque[_Turn]) -> _Turn:
        turn = _Turn()
        with self._lock:
            if self._free:
                self._free -= 1
                turn.set()
            elif len(queue) < self._room:
                queue.append(turn)
            else:
                raise ServiceError(ErrorCode.UNAVAILABLE, f"{self._what}: too many wait", retryable=True)
        return turn

    def _leave(self, queue: deque[_Turn], turn: _Turn) -> bool:
        """False when the turn came at the last moment."""
        with self._lock:
            if turn.is_set():
                return False
            queue.remove(turn)
            return True

    def _pass_on(self) -> None:
        with self._lock:
            if self._ahead and (self._in_a_row < IN_A_ROW or not self._behind):
                self._in_a_row += 1
                self._ahead.popleft().set()
            elif self._behind:
                self._in_a_row = 0
                self._behind.popleft().set()
            else:
                self._free += 1
