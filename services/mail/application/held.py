"""Submissions that wait for their time (RFC 8621 §7, undoStatus "pending"; RFC 4865)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.db import Transaction
from services.mail.application.ports import OutgoingMessage


@dataclass(frozen=True, slots=True)
class HeldSubmission:
    """`seconds`: until it is to be tried; 0 or less when it is due. `late`: seconds since the time that was asked
    for. `tries`: how often it was put off so far."""

    account_id: str
    submission_id: int
    seconds: float
    late: float
    tries: int


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """`email_id` may be gone."""

    message: OutgoingMessage
    email_id: int
    submitted_at: datetime


class HeldMessages(Protocol):
    """Every method works in its caller's transaction. Who adds or takes holds the lock of the account: so one of those
    who want to release a message and to call it back one gets it, and the other knows."""

    def add(self, tx: Transaction, message: OutgoingMessage, email_id: int, until: datetime) -> None: ...

    def next(self, tx: Transaction, limit: int) -> list[HeldSubmission]:
        """By the time they are to be tried; by the database's clock."""
        ...

    def take(self, tx: Transaction, account_id: str, submission_id: int) -> HeldMessage | None:
        """It is held no longer. None when it was not."""
        ...

    def postpone(self, tx: Transaction, account_id: str, submission_id: int, seconds: float) -> None: ...
