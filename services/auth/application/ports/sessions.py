"""Sessions, by the hash of their token."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.auth import Client
from services.auth.domain.account import Account


@dataclass(frozen=True, slots=True)
class StoredSession:
    account: Account
    used_at: datetime
    expires_at: datetime
    shared: bool


class Sessions(Protocol):
    def add_session(
        self, session_hash: bytes, account_id: str, client: Client, now: datetime, expires_at: datetime
    ) -> None:
        """Of the client, its source, its user agent and whether it is shared; never its device."""
        ...

    def session(self, session_hash: bytes) -> StoredSession | None: ...

    def touch_session(self, session_hash: bytes, now: datetime) -> None: ...

    def end_session(self, session_hash: bytes) -> bool: ...

    def end_lapsed_sessions(
        self, now: datetime, idle_since: datetime, shared_idle_since: datetime, limit: int
    ) -> list[bytes]:
        """Those past their absolute end, or not used since; at most `limit` of them."""
        ...

    def end_sessions(self, account_id: str, *, but_newest: int = 0) -> list[bytes]: ...
