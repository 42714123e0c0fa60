"""The spool as delivery sees it: what was promised to somebody and is not in every mailbox yet."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.db import Transaction


@dataclass(frozen=True, slots=True)
class SpoolRecipient:
    """`account_id` is None for a role address whose reader is looked up at delivery."""

    address: str
    account_id: str | None


PAGE = 100
"""So many recipients are read at once: a message to everybody has tens of thousands."""


@dataclass(frozen=True, slots=True)
class SpoolEntry:
    """`message_id` is the shared row of `message` once one recipient has it. `tries` counts failures so far.
    `recipients`: the first PAGE of those that wait."""

    id: str
    sha256: str
    size: int
    trace: bytes
    received_at: datetime
    submitter_id: str | None
    submission_id: int | None
    tries: int
    message_id: int | None
    recipients: tuple[SpoolRecipient, ...]


@dataclass(frozen=True, slots=True)
class NewSpoolEntry:
    """A message of our own making: a submission or a report."""

    id: str
    sha256: str
    size: int
    trace: bytes
    mail_from: str
    source: str
    submitter_id: str | None
    submission_id: int | None
    recipients: Sequence[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class SpoolFigures:
    """waiting: all messages. stuck: those that failed often. oldest_seconds: 0 when empty."""

    waiting: int
    stuck: int
    oldest_seconds: float


class Spool(Protocol):
    """Every method works in its caller's transaction."""

    def claim(self, tx: Transaction) -> SpoolEntry | None:
        """One message that is due, locked until `tx` ends: a process that dies leaves it to the next at once."""
        ...

    def waiting(self, tx: Transaction, spool_id: str, after: str) -> tuple[SpoolRecipient, ...]:
        """The next PAGE of those that wait, by address, behind the address `after`."""
        ...

    def addresses(self, tx: Transaction, spool_id: str) -> list[str]:
        """Of all recipients."""
        ...

    def share(self, tx: Transaction, spool_id: str, message_id: int) -> None:
        """It goes on behind the others that are due. `message_id`: the row of `message` that its recipients share."""
        ...

    def mark_delivered(self, tx: Transaction, spool_id: str, addresses: Sequence[str], message_id: int) -> None: ...

    def remove(self, tx: Transaction, spool_id: str) -> None:
        """Every recipient is served."""
        ...

    def postpone(self, tx: Transaction, spool_id: str, seconds: float, reason: str, *, failed: bool) -> None:
        """`failed` counts as a try; `reason` is a word for the operator, never an exception's text."""
        ...

    def account_of(self, tx: Transaction, address: str) -> str | None: ...

    def add(self, tx: Transaction, entry: NewSpoolEntry) -> None:
        """Also wakes delivery when `tx` commits."""
        ...

    def figures(self, tx: Transaction) -> SpoolFigures: ...


class Transactions(Protocol):
    """chassis.db.Database, as far as use cases need it."""

    def transaction(self, *, read_only: bool = False) -> AbstractContextManager[Transaction]: ...
