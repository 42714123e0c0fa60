"""Costly work: how much at a time, how much waits, and in what order."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from chassis.deadline import deadline
from contracts.errors import ErrorCode, ServiceError
from services.auth.adapters.bounded import Bounded


class Gate:
    """Work that ends when the test says so, and how much of it is under way."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.open = threading.Event()

    def __call__(self) -> None:
        self.begun.release()
        assert self.open.wait(10)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_no_more_than_so_much_at_once_and_so_much_waiting() -> None:
    bounded, gate = Bounded("tasks", at_once=2, waiting=1, wait_seconds=10), Gate()
    with ThreadPoolExecutor(3) as pool:
        tasks = [pool.submit(bounded, gate) for _ in range(2)]
        assert all(gate.begun.acquire(timeout=10) for _ in range(2))
        tasks.append(pool.submit(bounded, gate))
        until(lambda: refusal(bounded, gate) == "tasks: too many wait")
        assert not gate.begun.acquire(blocking=False)
        gate.open.set()
        for task in tasks:
            task.result(10)
    assert bounded(lambda: 7) == 7


def refusal(bounded: Bounded, gate: Gate) -> str:
    """With no time left nobody waits: whoever finds room in the queue leaves it at once."""
    with deadline(0), pytest.raises(ServiceError) as raised:
        bounded(gate)
    assert (raised.value.code, raised.value.retryable) == (ErrorCode.UNAVAILABLE, True)
    return raised.value.detail


def test_nobody_waits_longer_than_their_deadline_and_the_turn_goes_to_the_next() -> None:
    bounded, gate = Bounded("tasks", at_once=1, waiting=5, wait_seconds=10), Gate()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(bounded, gate)
        assert gate.begun.acquire(timeout=10)
        assert refusal(bounded, gate) == "tasks: no turn in time"
        assert bounded.waiting_behind == (0, 0.0)
        second = pool.submit(bounded, lambda: "done")
        gate.open.set()
        first.result(10)
        assert second.result(10) == "done"


def test_who_came_first_is_served_first() -> None:
    bounded, gate = Bounded("tasks", at_once=1, waiting=20, wait_seconds=10), Gate()
    served: list[int] = []
    with ThreadPoolExecutor(21) as pool:
        tasks = [pool.submit(bounded, gate)]
        assert gate.begun.acquire(timeout=10)
        for number in range(20):
            tasks.append(pool.submit(bounded, partial(served.append, number)))
            until(partial(queued, bounded, number + 1))
        waiting, seconds = bounded.waiting_behind
        assert waiting == 20
        assert seconds > 0
        gate.open.set()
        for task in tasks:
            task.result(10)
    assert served == list(range(20))


def test_those_ahead_take_three_turns_in_four(monkeypatch: pytest.MonkeyPatch) -> None:
    bounded, gate = Bounded("tasks", at_once=1, waiting=20, wait_seconds=10), Gate()
    served: list[str] = []
    with ThreadPoolExecutor(13) as pool:
        tasks = [pool.submit(bounded, gate)]
        assert gate.begun.acquire(timeout=10)
        for number in range(12):
            ahead = number >= 4
            tasks.append(pool.submit(bounded, partial(served.append, "a" if ahead else "b"), ahead=ahead))
            until(partial(queued, bounded, number + 1))
        gate.open.set()
        for task in tasks:
            task.result(10)
    assert "".join(served) == "aaabaaabaabb"


def queued(bounded: Bounded, number: int) -> bool:
    return len(bounded._ahead) + len(bounded._behind) == number


class EndedError(BaseException):
    """As a worker is ended from outside while it waits."""


def test_who_is_ended_while_waiting_leaves_no_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    bounded, gate = Bounded("tasks", at_once=1, waiting=1, wait_seconds=10), Gate()

    def ended(_turn: threading.Event, _seconds: float | None = None) -> bool:
        raise EndedError

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(bounded, gate)
        assert gate.begun.acquire(timeout=10)
        with monkeypatch.context() as outside:
            outside.setattr(threading.Event, "wait", ended)
            with pytest.raises(EndedError):
                bounded(lambda: 7)
        assert queued(bounded, 0)
        gate.open.set()
        first.result(10)
    with monkeypatch.context() as outside:
        outside.setattr(threading.Event, "wait", ended)
        with pytest.raises(EndedError):
            bounded(lambda: 7)
    assert bounded(lambda: 7) == 7


def test_work_that_fails_gives_its_turn_back() -> None:
    bounded = Bounded("tasks", at_once=1, waiting=0, wait_seconds=10)
    with pytest.raises(ZeroDivisionError):
        bounded(lambda: 1 // 0)
    assert bounded(lambda: 7) == 7
