"""auth-rpc, with a watch on its loop: every time that it came around late is a line of <home>/stalls, which each such
process adds to (stalls.py).
"""

from chassis import green  # noqa: F401,I001  must be first

import os
import threading
import time
from pathlib import Path

import eventlet

from deploy.local.programs import MARKER
from services.auth.entrypoints import rpc
from tests.bench.stalls import FILE, Stall

EVERY_SECONDS = 0.005
TOLD_MS = 2.0


def watch() -> None:
    schedstat = os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)
    with (Path(os.environ[MARKER]) / FILE).open("a", buffering=1) as file:
        queued = _queued_ms(schedstat)
        while True:
            started = time.perf_counter()
            eventlet.sleep(EVERY_SECONDS)
            late = (time.perf_counter() - started - EVERY_SECONDS) * 1e3
            before, queued = queued, _queued_ms(schedstat)
            if late > TOLD_MS:
                file.write(Stall(time.time(), late, queued - before).line())


def _queued_ms(schedstat: int) -> float:
    """How long this thread could have run and was not let, ever (Documentation/scheduler/sched-stats)."""
    return int(os.pread(schedstat, 100, 0).split()[1]) / 1e6


if __name__ == "__main__":
    eventlet.spawn(watch)
    rpc.main()
