"""What happens because time passed, and not because somebody asked."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

log = logging.getLogger(__name__)
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work. `turn` does a bounded amount of it and returns the seconds until its next turn: 0 when there is
    more to do now. Several processes may be at the same job: a turn claims what it works on, by row locks or an
    advisory lock, and finds nothing to do where another has it."""

    name: str
    turn: Callable[[], float]


class Clock:
    """Each job in a thread of its own. One that fails is logged and tried again, after 1, 2, 4 … 60 s; the others never
    notice. `observe` is told the name of a job and whether its turn succeeded."""

    def __init__(self, jobs: Iterable[Job], observe: Callable[[str, bool], None]) -> None:
        self._observe = observe
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(job,), name=f"clock-{job.name}") for job in jobs]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float) -> bool:
        """Each finishes its turn; whether all have ended within `seconds`."""
        self._stopping.set()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    @property
    def alive(self) -> bool:
        return all(thread.is_alive() for thread in self._threads)

    def _work(self, job: Job) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                pause = job.turn()
                failures = 0
            except Exception as error:
                pause = min(FIRST_PAUSE_SECONDS * 2**failures, LONGEST_PAUSE_SECONDS)
                failures += 1
                log.error("a job failed", exc_info=error, extra={"job": job.name, "next_in_seconds": pause})
            self._observe(job.name, not failures)
            self._stopping.wait(pause)
