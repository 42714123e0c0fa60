"""Recovery addresses: at most one that was confirmed and one that waits for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class RecoveryEmails:
    """Of one account; None where there is none."""

    confirmed: str | None = None
    waiting: str | None = None


@dataclass(frozen=True, slots=True)
class LinkedEmail:
    """The address that a link was sent to."""

    account_id: str
    confirmed: bool


class RecoveryEmailRows(Protocol):
    def recovery_emails(self, account_id: str) -> RecoveryEmails: ...

    def put_waiting_email(self, account_id: str, address: str, now: datetime) -> None:
        """Replaces one that waited before."""
        ...

    def put_confirmation(self, account_id: str, token_hash: bytes, expires_at: datetime) -> None:
        """Of the address that waits; an earlier link is void."""
        ...

    def email_of_confirmation(self, token_hash: bytes, now: datetime) -> LinkedEmail | None: ...

    def confirm_email(self, account_id: str) -> None:
        """The address that waits takes the place of the confirmed one."""
        ...

    def remove_recovery_emails(self, account_id: str) -> None: ...
