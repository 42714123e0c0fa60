"""One moment for all that a batch reads: its views share a read-only transaction, until something is written.

Without it every method call of a batch would pay for a BEGIN and a COMMIT, and a query and the get behind it could see
two different mailboxes.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field

import psycopg2

from chassis.db import Database, Transaction


@dataclass(frozen=True, slots=True)
class Moment:
    """A read-only transaction, and the states that were read in it (by account, then type): they can't change."""

    tx: Transaction
    states: dict[str, dict[str, int]] = field(default_factory=dict)


class Snapshots:
    """`reading` may be entered anywhere; inside of `batch` it is always the same transaction, held by this thread or
    greenlet, which `renew` ends so that the next reading sees what was written meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._batch: ContextVar[_Held | None] = ContextVar("batch", default=None)

    @contextmanager
    def batch(self) -> Iterator[None]:
        held = _Held(self._database)
        token = self._batch.set(held)
        try:
            yield
        finally:
            self._batch.reset(token)
            held.end()

    @contextmanager
    def reading(self) -> Iterator[Moment]:
        held = self._batch.get()
        if held is None:
            with self._database.transaction(read_only=True) as tx:
                yield Moment(tx)
            return
        try:
            yield held.moment()
        except psycopg2.Error:
            held.end()
            raise

    def renew(self) -> None:
        """To be called before a write: it needs the connection, and makes what was read old."""
        held = self._batch.get()
        if held is not None:
            held.end()


class _Held:
    """A moment that begins when it is first needed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open = ExitStack()
        self._moment: Moment | None = None

    def moment(self) -> Moment:
        if self._moment is None:
            self._moment = Moment(self._open.enter_context(self._database.transaction(read_only=True)))
        return self._moment

    def end(self) -> None:
        """Where the connection breaks just then, the pool throws it away; what was read stays right."""
        self._moment = None
        with suppress(psycopg2.Error):
            self._open.close()
