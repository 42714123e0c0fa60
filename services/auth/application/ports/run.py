"""How work that blocks is done without stopping everybody else."""

from collections.abc import Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Run(Protocol):
    def __call__(self, work: Callable[[], Result], /) -> Result:
        """What `work` returns or raises; the caller waits for it, others of the process go on."""
        ...


def in_place(work: Callable[[], Result], /) -> Result:
    """For programs that do one thing at a time."""
    return work()
