"""Sessions, by the hash of their token."""

from datetime import datetime

from chassis.db import Row
from contracts.auth import Client
from services.auth.adapters.store.account_rows import ACCOUNT, account_of
from services.auth.adapters.store.tables import Tables
from services.auth.application.ports import StoredSession
from services.auth.domain.trail import MAX_SOURCE, MAX_USER_AGENT

_SESSION = f"""
    SELECT s.session_hash, s.source, s.user_agent, s.shared, s.opened_at, s.used_at, s.expires_at, {ACCOUNT}
    FROM session s JOIN account a USING (account_id)"""  # noqa: S608 - names of columns


class SessionTables(Tables):
    def add_session(
        self, session_hash: bytes, account_id: str, client: Client, now: datetime, expires_at: datetime
    ) -> None:
        source, user_agent = client.source[:MAX_SOURCE], client.user_agent[:MAX_USER_AGENT]
        self._tx.execute(
            "INSERT INTO session (session_hash, account_id, opened_at, used_at, expires_at, source, user_agent, shared)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            (session_hash, account_id, now, now, expires_at, source, user_agent, client.shared),
        )

    def session(self, session_hash: bytes) -> StoredSession | None:
        row = self._tx.one(f"{_SESSION} WHERE s.session_hash = %s", (session_hash,))
        return _session_of(row) if row else None

    def sessions_of(self, account_id: str) -> list[StoredSession]:
        return [_session_of(row) for row in self._tx.all(f"{_SESSION} WHERE s.account_id = %s", (account_id,))]

    def touch_session(self, session_hash: bytes, now: datetime) -> None:
        self._tx.execute("UPDATE session SET used_at = %s WHERE session_hash = %s", (now, session_hash))

    def end_session(self, session_hash: bytes) -> bool:
        return self._tx.execute("DELETE FROM session WHERE session_hash = %s", (session_hash,)) == 1

    def end_lapsed_sessions(
        self, now: datetime, idle_since: datetime, shared_idle_since: datetime, limit: int
    ) -> list[bytes]:
        rows = self._tx.all(
            "DELETE FROM session WHERE session_hash IN (SELECT session_hash FROM session WHERE expires_at <= %s"
            " OR used_at <= %s OR (shared AND used_at <= %s) LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING session_hash",
            (now, idle_since, shared_idle_since, limit),
        )
        return [bytes(row["session_hash"]) for row in rows]

    def end_session_of(self, account_id: str, session_hash: bytes) -> bool:
        sql = "DELETE FROM session WHERE session_hash = %s AND account_id = %s"
        return self._tx.execute(sql, (session_hash, account_id)) == 1

    def end_sessions(self, account_id: str, *, but: bytes = b"", but_newest: int = 0) -> list[bytes]:
        rows = self._tx.all(
            "DELETE FROM session WHERE session_hash IN (SELECT session_hash FROM session WHERE account_id = %s"
            " AND session_hash <> %s ORDER BY opened_at DESC, session_hash OFFSET %s) RETURNING session_hash",
            (account_id, but, but_newest),
        )
        return [bytes(row["session_hash"]) for row in rows]


def _session_of(row: Row) -> StoredSession:
    return StoredSession(
        session_hash=bytes(row["session_hash"]),
        account=account_of(row),
        source=row["source"],
        user_agent=row["user_agent"],
        shared=row["shared"],
        opened_at=row["opened_at"],
        used_at=row["used_at"],
        expires_at=row["expires_at"],
    )
