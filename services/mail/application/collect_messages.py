"""Messages whose last email was destroyed are deleted a grace later, and with them the last use of their blobs.

The grace is for writes that saw the message while somebody had it and are about to refer to its blob (an import of the
same bytes): they have ended long before it is over.
"""

from typing import Protocol

from chassis.db import Transaction
from services.mail.application.spool import Transactions
from services.mail.application.walks import Walks

JOB = "messages"
DELETED_AT_ONCE = 200
LOOKED_AT_AT_ONCE = 1_000
WALKED_AT_ONCE = 2_000
REST_SECONDS = 60.0


class LeftMessages(Protocol):
    def note_strays(self, tx: Transaction, after: int, seconds: float, most: int) -> int | None:
        """Looks at the next `most` messages after that id: those older than `seconds` that no email has are noted.
        Returns the last id looked at, None at the end."""
        ...

    def look(self, tx: Transaction, most: int) -> None:
        """Of those noted, at most `most` are looked at: unused from now on, or not noted any more."""
        ...

    def delete(self, tx: Transaction, seconds: float, most: int) -> int:
        """Deletes at most `most` that have been unused for `seconds`, and still are; returns how many."""
        ...


class CollectMessages:
    """A job of the clock. Who destroys an email notes its message; the walk finds what nobody noted."""

    def __init__(self, database: Transactions, left: LeftMessages, walks: Walks, grace: float) -> None:
        self._database = database
        self._left = left
        self._walks = walks
        self._grace = grace

    def turn(self) -> float:
        with self._database.transaction() as tx:
            place = self._walks.claim(tx, JOB)
            if place is None:
                return REST_SECONDS
            last = self._left.note_strays(tx, int(place or 0), self._grace, WALKED_AT_ONCE)
            self._walks.advance(tx, JOB, str(last or 0))
        return 0.0 if self.delete() == DELETED_AT_ONCE else REST_SECONDS

    def delete(self) -> int:
        """One batch; how many are deleted."""
        with self._database.transaction() as tx:
            self._left.look(tx, LOOKED_AT_AT_ONCE)
        with self._database.transaction() as tx:
            return self._left.delete(tx, self._grace, DELETED_AT_ONCE)
