"""Sessions, by the hash of their token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.auth import Client
from services.auth.domain.account import Account


@dataclass(frozen=True, slots=True)
class StoredSession:
    session_hash: bytes
    account: Account
    source: str
    user_agent: str
    shared: bool
    opened_at: datetime
    used_at: datetime
    expires_at: datetime


class Sessions(Protocol):
    def add_session(
        self, session_hash: bytes, account_id: str, client: Client, now: datetime, expires_at: datetime
    ) -> None:
        """Of the client, its source, its user agent and whether it is shared; never its device."""
        ...

    def session(self, session_hash: bytes) -> StoredSession | None: ...

    def sessions_of(self, account_id: str) -> list[StoredSession]:
        """Also those that lapsed and were not swept yet."""
        ...

    def touch_session(self, session_hash: bytes, now: datetime) -> None: ...

    def end_session(self, session_hash: bytes) -> bool: ...

    def end_lapsed_sessions(
        self, now: datetime, idle_since: datetime, shared_idle_since: datetime, limit: int
    ) -> list[bytes]:
        """Those past their absolute end, or not used since; at most `limit` of them."""
        ...

    def end_session_of(self, account_id: str, session_hash: bytes) -> bool: ...

    def end_sessions(self, account_id: str, *, but: bytes = b"", but_newest: int = 0) -> list[bytes]:
        """All of the account, except one, or so many of the newest."""
        ...
