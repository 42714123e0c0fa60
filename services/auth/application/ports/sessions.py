"""Sessions, by the hash of their token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.auth.domain.account import Account


@dataclass(frozen=True, slots=True)
class StoredSession:
    account: Account
    used_at: datetime
    expires_at: datetime


class Sessions(Protocol):
    def add_session(self, session_hash: bytes, account_id: str, now: datetime, expires_at: datetime) -> None: ...

    def session(self, session_hash: bytes) -> StoredSession | None: ...

    def touch_session(self, session_hash: bytes, now: datetime) -> None: ...

    def end_session(self, session_hash: bytes) -> bool: ...

    def end_sessions(self, account_id: str, *, but_newest: int = 0) -> list[bytes]: ...
