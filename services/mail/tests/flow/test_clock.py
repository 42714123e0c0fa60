"""Jobs that go by the clock: none ends because it failed, and none waits for another."""

import threading
from collections.abc import Callable

import pytest

from services.mail.application import clock as clock_module
from services.mail.application.clock import Clock, Job

WAIT_SECONDS = 10.0


class Counted:
    """A job that does as `turn` says, and lets a test wait until it has had so many turns."""

    def __init__(self, turn: Callable[[int], float]) -> None:
        self._do = turn
        self._turned = threading.Condition()
        self.turns = 0

    def turn(self) -> float:
        with self._turned:
            self.turns += 1
            self._turned.notify_all()
        return self._do(self.turns)

    def reaches(self, turns: int) -> bool:
        with self._turned:
            return self._turned.wait_for(lambda: self.turns >= turns, WAIT_SECONDS)


def fail(_: int) -> float:
    raise RuntimeError("a fault")


def test_a_job_that_fails_is_tried_again_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_module, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(clock_module, "LONGEST_PAUSE_SECONDS", 0.01)
    faulty, sound = Counted(fail), Counted(lambda _: 0.01)
    seen: set[tuple[str, bool]] = set()
    clock = Clock([Job("faulty", faulty.turn), Job("sound", sound.turn)], lambda *turn: seen.add(turn))
    clock.start()
    try:
        assert faulty.reaches(5)
        assert sound.reaches(sound.turns + 3)
        assert clock.alive
    finally:
        assert clock.stop(WAIT_SECONDS)
    assert seen == {("faulty", False), ("sound", True)}


def test_failures_in_a_row_are_further_and_further_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    job = Counted(fail)
    clock = Clock([Job("faulty", job.turn)], lambda *_: None)

    def wait(self: threading.Event, seconds: float | None = None) -> bool:
        assert seconds is not None
        pauses.append(seconds)
        if len(pauses) == 9:
            self.set()
        return self.is_set()

    monkeypatch.setattr(threading.Event, "wait", wait)
    clock._threads[0].run()
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_job_that_has_more_to_do_goes_on_at_once_and_one_that_rests_does_not_keep_the_process() -> None:
    busy, resting = Counted(lambda turn: 0.0 if turn < 50 else 3600.0), Counted(lambda _: 3600.0)
    clock = Clock([Job("busy", busy.turn), Job("resting", resting.turn)], lambda *_: None)
    clock.start()
    assert busy.reaches(50)
    assert resting.reaches(1)
    assert clock.stop(WAIT_SECONDS)
    assert not clock.alive
    assert (busy.turns, resting.turns) == (50, 1)
