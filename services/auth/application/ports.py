"""What the use cases need from outside, as protocols that the adapters implement."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from contracts.base import Event
from services.auth.domain.account import Account

Clock = Callable[[], datetime]
"""The time now, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class StoredSession:
    account: Account
    used_at: datetime
    expires_at: datetime


class Hasher(Protocol):
    """Slow password hashes. Both raise ServiceError unavailable or deadline-exceeded rather than queue for ever."""

    @property
    def dummy(self) -> str:
        """A hash of nothing anybody knows, as costly to verify as a real one."""
        ...

    def hash(self, password: str) -> str: ...

    def verify(self, password_hash: str, password: str) -> bool: ...


class AuthTransaction(Protocol):
    """The tables of auth within one transaction."""

    def account(self, account_id: str, *, lock: bool = False) -> Account | None: ...

    def account_by_address(self, address: str, *, lock: bool = False) -> Account | None: ...

    def accounts_after(self, address: str, limit: int) -> list[Account]:
        """The next accounts in the order of their addresses."""
        ...

    def accounts_by_numen(self, digests: Sequence[bytes]) -> dict[bytes, Account]:
        """Those that exist, by the digest they are stored under, locked."""
        ...

    def add_accounts(self, accounts: Sequence[Account]) -> None: ...

    def change_identities(self, accounts: Sequence[Account]) -> None:
        """Writes names, category, establishment and digests; never address, state or password."""
        ...

    def set_password(self, account_id: str, password_hash: str) -> None:
        """Also makes the account active."""
        ...

    def last_numbers(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """Reserves so many more numbers for each base of an address; the last one reserved, by base."""
        ...

    def claim_addresses(self, claims: Sequence[tuple[str, str]]) -> set[str]:
        """(address, account id): enters them in the ledger; those that were still free."""
        ...

    def next_sequences(self, count: int) -> int:
        """Takes `count` numbers for account events and returns the first; others wait until this commits."""
        ...

    def last_sequence(self) -> int: ...

    def publish(self, event: Event) -> None: ...

    def is_waiting(self, event_type: type[Event]) -> bool:
        """Whether an event of that type has not left yet."""
        ...

    def put_ticket(self, account_id: str, ticket_hash: bytes, expires_at: datetime) -> None:
        """Replaces an earlier ticket of the account."""
        ...

    def account_of_ticket(self, ticket_hash: bytes, now: datetime) -> Account | None: ...

    def take_ticket(self, ticket_hash: bytes, now: datetime) -> bool:
        """Whether it was there and live; it no longer is."""
        ...

    def add_session(self, session_hash: bytes, account_id: str, now: datetime, expires_at: datetime) -> None: ...

    def session(self, session_hash: bytes) -> StoredSession | None: ...

    def touch_session(self, session_hash: bytes, now: datetime) -> None: ...

    def end_session(self, session_hash: bytes) -> bool: ...

    def end_sessions(self, account_id: str, *, but_newest: int = 0) -> list[bytes]: ...

    def count_failure(self, bucket: bytes, now: datetime, expires_at: datetime) -> tuple[int, datetime]:
        """Adds one; how many stand now, and when they are forgotten."""
        ...

    def forgive(self, bucket: bytes, failures: int | None = None) -> None:
        """Takes so many failures back; all of them for None."""
        ...

    def begin_import_batch(self) -> None:
        """Waits for other imports' batches: two files that bring the same person must not race."""
        ...

    def note_import_lines(self, import_id: UUID, now: datetime, lines: Mapping[bytes, int]) -> dict[bytes, int]:
        """Remembers on which line each digest stood; for those seen before in this import, their first line."""
        ...

    def end_import(self, import_id: UUID) -> None: ...

    def sweep(self, now: datetime, idle_since: datetime, limit: int) -> int:
        """Deletes at most `limit` rows of each kind that have lapsed; how many."""
        ...


class Store(Protocol):
    def begin(self) -> AbstractContextManager[AuthTransaction]:
        """Commits when its block ends, rolls back when it raises."""
        ...
