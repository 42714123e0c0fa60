"""Rows that are to be done at a time of their own: what one of them causes keeps no other waiting."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from chassis.db import Transaction
from chassis.failures import is_outage
from services.mail.application.spool import Transactions
from services.mail.domain.backoff import delivery_pause

log = logging.getLogger(__name__)
LOOK_SECONDS = 1.0
"""So late may come what was written a moment ago to be due before that: nobody is told of it, we look."""
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class DueRow:
    """`number` names it within the account. `seconds`: until it is to be done, 0 or less when it is due; `late`: since
    the time that was asked for; both by the database's clock. `tries`: how often it was put off so far."""

    account_id: str
    number: int
    seconds: float
    late: float
    tries: int


class DueRows(Protocol):
    """Every method works in its caller's transaction."""

    def next(self, tx: Transaction, limit: int) -> Sequence[DueRow]:
        """By the time they are to be done."""
        ...

    def postpone(self, tx: Transaction, account_id: str, number: int, seconds: float) -> None: ...


class DoDue:
    """`do` works in a transaction of its own and ends the row's life, under the lock of its account; it finds nothing
    to do where another process, or the agent, was first."""

    def __init__(self, database: Transactions, rows: DueRows, do: Callable[[DueRow], None]) -> None:
        self._database = database
        self._rows = rows
        self._do = do

    def turn(self) -> float:
        """Does what is due, at most AT_ONCE; seconds until the next. Raises nothing but an outage."""
        with self._database.transaction(read_only=True) as tx:
            waiting = self._rows.next(tx, AT_ONCE)
        due = [row for row in waiting if row.seconds <= 0]
        for row in due:
            self._try(row)
        return 0.0 if due else min([LOOK_SECONDS, *(row.seconds for row in waiting[:1])])

    def _try(self, row: DueRow) -> None:
        try:
            self._do(row)
        except Exception as error:
            if is_outage(error):
                raise
            pause, tries = delivery_pause(row.tries + 1), row.tries + 1
            log.error("put off", exc_info=error, extra={"tries": tries, "next_in_seconds": pause})
            with self._database.transaction() as tx:
                self._rows.postpone(tx, row.account_id, row.number, pause)
