"""Recoveries under way, and the tickets that let a new password be chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.auth import AccountState
from services.auth.domain.account import Account, KeyedDigest


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose NUMEN it is; all None when it is nobody's."""

    account_id: str | None
    state: AccountState | None
    birth_date: KeyedDigest | None


class Recoveries(Protocol):
    def identity(self, numen_digests: Sequence[bytes]) -> Identity:
        """Locks nothing, and reads a row whether or not there is somebody."""
        ...

    def add_recovery(self, token_hash: bytes, account_id: str | None, expires_at: datetime) -> None: ...

    def account_id_of_recovery(self, token_hash: bytes, now: datetime) -> str | None: ...

    def end_recoveries(self, account_id: str) -> None:
        """Neither a printed code nor a ticket leads anywhere any more, until somebody begins again."""
        ...

    def put_reset_ticket(self, account_id: str, ticket_hash: bytes, expires_at: datetime) -> None:
        """Replaces an earlier ticket of the account."""
        ...

    def account_of_reset_ticket(self, ticket_hash: bytes, now: datetime) -> Account | None: ...

    def take_reset_ticket(self, ticket_hash: bytes, now: datetime) -> bool:
        """Whether it was there and live; it no longer is."""
        ...
