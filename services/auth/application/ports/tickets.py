"""Activation tickets."""

from datetime import datetime
from typing import Protocol

from services.auth.domain.account import Account


class Tickets(Protocol):
    def put_ticket(self, account_id: str, ticket_hash: bytes, expires_at: datetime) -> None:
        """Replaces an earlier ticket of the account."""
        ...

    def account_of_ticket(self, ticket_hash: bytes, now: datetime) -> Account | None: ...

    def take_ticket(self, ticket_hash: bytes, now: datetime) -> bool:
        """Whether it was there and live; it no longer is."""
        ...

    def drop_ticket(self, account_id: str) -> None: ...
