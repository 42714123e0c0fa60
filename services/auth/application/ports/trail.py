"""The trail: lines that are only ever added, each sealed together with the one before."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from services.auth.domain.trail import ClosedMonth, Line, TrailHead


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

    def is_noted(self, line: Line, since: datetime) -> bool:
        """Whether the same action was noted of the same account and client after `since`; quick for programs'
        sign-ins."""
        ...

    def trail_head(self) -> TrailHead: ...

    def closed_months(self) -> list[ClosedMonth]:
        """The oldest first."""
        ...

    def lines_after(self, month: date, number: int, limit: int) -> list[Line]:
        """The next lines of all months, in their order."""
        ...

    def try_to_erase(self) -> bool:
        """Whether nobody else erases lines; from here until the commit nobody else does."""
        ...

    def mark_erased(self, month: date, now: datetime) -> None:
        """A closed month's lines may go from now on."""
        ...

    def erase_lines(self, until: date, limit: int) -> int:
        """Deletes so many lines of that month and earlier ones at most, the oldest first; how many."""
        ...

    def lines_of_account(self, account_id: str, since: date, before: tuple[date, int] | None, limit: int) -> list[Line]:
        """Of the month `since` and later, and before that place (month, number); the newest first."""
        ...
