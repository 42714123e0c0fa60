"""How long the work at hand may still take. A deadline travels with the call, so nobody works for a caller who left."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_expires_at: ContextVar[float | None] = ContextVar("deadline", default=None)


def remaining() -> float:
    """Seconds left, never negative; `math.inf` when no deadline is set."""
    expires_at = _expires_at.get()
    return math.inf if expires_at is None else max(0.0, expires_at - time.time())


def expired() -> bool:
    return remaining() <= 0.0


def expires_at() -> float | None:
    """The deadline itself, seconds since the epoch: what crosses the bus. None when there is none."""
    return _expires_at.get()


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Within the block `remaining()` starts at `seconds`, or lower where an outer deadline is nearer."""
    with deadline_at(time.time() + seconds):
        yield


@contextmanager
def deadline_at(epoch_seconds: float) -> Iterator[None]:
    """As `deadline`, from an absolute time."""
    outer = _expires_at.get()
    token = _expires_at.set(epoch_seconds if outer is None else min(outer, epoch_seconds))
    try:
        yield
    finally:
        _expires_at.reset(token)
