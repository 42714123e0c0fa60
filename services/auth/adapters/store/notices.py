"""Mails owed to agents."""

from datetime import datetime

from services.auth.adapters.store.tables import Tables
from services.auth.domain.notice import Notice, NoticeKind


class NoticeTables(Tables):
    def owe_notice(
        self, kind: NoticeKind, account_id: str | None, owed_at: datetime, due_at: datetime, address: str | None = None
    ) -> None:
        self._tx.execute(
            "INSERT INTO notice (kind, account_id, address, owed_at, due_at) VALUES (%s, %s, %s, %s, %s)",
            (kind, account_id, address, owed_at, due_at),
        )

    def due_notice(self, now: datetime) -> Notice | None:
        row = self._tx.one(
            "SELECT notice_id, kind, account_id, address, tries, owed_at FROM notice"
            " WHERE sent_at IS NULL AND due_at <= %s ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED",
            (now,),
        )
        return Notice(**row | {"kind": NoticeKind(row["kind"])}) if row else None

    def put_off_notice(self, notice_id: int, due_at: datetime) -> None:
        sql = "UPDATE notice SET tries = tries + 1, due_at = %s WHERE notice_id = %s"
        self._tx.execute(sql, (due_at, notice_id))

    def note_notice_sent(self, notice_id: int, now: datetime) -> None:
        self._tx.execute("UPDATE notice SET sent_at = %s, address = NULL WHERE notice_id = %s", (now, notice_id))

    def drop_notice(self, notice_id: int) -> None:
        self._tx.execute("DELETE FROM notice WHERE notice_id = %s", (notice_id,))

    def drop_unsent_notices(self, account_id: str, kind: NoticeKind) -> None:
        self._tx.execute(
            "DELETE FROM notice WHERE account_id = %s AND kind = %s AND sent_at IS NULL", (account_id, kind)
        )

    def notices_sent(self, account_id: str, kind: NoticeKind, since: datetime) -> int:
        row = self._tx.only(
            "SELECT count(*) AS sent FROM notice WHERE account_id = %s AND kind = %s AND sent_at > %s",
            (account_id, kind, since),
        )
        return int(row["sent"])
