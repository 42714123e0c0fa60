"""The trail: lines that are only ever added, each sealed together with the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from services.auth.domain.trail import Line


@dataclass(frozen=True, slots=True)
class TrailHead:
    """The newest line: its month (the first day of it), its number in that month, from 1, and its seal. Number 0: the
    month has no line yet, and the seal is that of the last line before it."""

    month: date
    number: int
    seal: bytes


class Trail(Protocol):
    def lock_trail(self) -> TrailHead:
        """From here until the commit, whoever else adds a line waits."""
        ...

    def close_month(self, head: TrailHead) -> None:
        """Notes with which line a month ended; the next one may begin."""
        ...

    def add_lines(self, lines: Sequence[Line], head: TrailHead) -> None:
        """Adds the lines; `head` is the last of them."""
        ...
