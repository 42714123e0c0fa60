"""Progress for the operator: one line a step, with its time. Standard library only."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 46


@contextmanager
def step(label: str) -> Iterator[None]:
    """Announce a step, then how long it took, on the same line."""
    started = time.monotonic()
    sys.stdout.write(f"  {label} ".ljust(WIDTH, "."))
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        sys.stdout.write(" arrêté\n")
        sys.stdout.flush()
        raise
    sys.stdout.write(f" {decimal(time.monotonic() - started)} s\n")
    sys.stdout.flush()


def decimal(seconds: float) -> str:
    """One decimal, the French way."""
    return f"{seconds:.1f}".replace(".", ",")
