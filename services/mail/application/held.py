"""Submissions that wait for their time (RFC 8621 §7, undoStatus "pending"; RFC 4865)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.db import Transaction
from services.mail.application.due import DueRows
from services.mail.application.ports import OutgoingMessage


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """`email_id` may be gone."""

    message: OutgoingMessage
    email_id: int
    submitted_at: datetime


class HeldMessages(DueRows, Protocol):
    """Numbered by submission. Every method works in its caller's transaction. Who adds or takes holds the lock of the
    account: so one of those who want to release a message and to call it back gets it, and the other knows."""

    def add(self, tx: Transaction, message: OutgoingMessage, email_id: int, until: datetime) -> None: ...

    def take(self, tx: Transaction, account_id: str, submission_id: int) -> HeldMessage | None:
        """It is held no longer. None when it was not."""
        ...
