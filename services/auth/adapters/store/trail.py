"""The trail."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from psycopg2.extras import Json

from services.auth.adapters.store.tables import Tables
from services.auth.domain.trail import ClosedMonth, Line, TrailHead

_ERASING_LOCK = 4_021_987_367
_LINE = "month, number, at, account_id, action, made_by, source, user_agent, details, key_id, seal"


class TrailTables(Tables):
    def lock_trail(self) -> TrailHead:
        row = self._tx.only("SELECT month, number, seal FROM trail_head FOR UPDATE")
        return TrailHead(row["month"], row["number"], bytes(row["seal"]))

    def close_month(self, head: TrailHead) -> None:
        self._tx.execute(
            "INSERT INTO trail_month (month, lines, seal) VALUES (%s, %s, %s)", (head.month, head.number, head.seal)
        )

    def add_lines(self, lines: Sequence[Line], head: TrailHead) -> None:
        self._tx.values(
            f"INSERT INTO trail_line ({_LINE}) VALUES %s",  # noqa: S608
            [
                (
                    line.month,
                    line.number,
                    line.at,
                    line.account_id,
                    line.action,
                    line.by,
                    line.source,
                    line.user_agent,
                    Json(dict(line.details)),
                    line.key_id,
                    line.seal,
                )
                for line in lines
            ],
        )
        self._tx.execute(
            "UPDATE trail_head SET month = %s, number = %s, seal = %s", (head.month, head.number, head.seal)
        )

    def is_noted(self, line: Line, since: datetime) -> bool:
        sql = (
            "SELECT 1 FROM trail_line WHERE account_id = %s AND action = %s AND at > %s"
            " AND source = %s AND user_agent = %s LIMIT 1"
        )
        params = (line.account_id, line.action, since, line.source, line.user_agent)
        return self._tx.one(sql, params) is not None

    def trail_head(self) -> TrailHead:
        row = self._tx.only("SELECT month, number, seal FROM trail_head")
        return TrailHead(row["month"], row["number"], bytes(row["seal"]))

    def closed_months(self) -> list[ClosedMonth]:
        rows = self._tx.all("SELECT month, lines, seal, erased_at FROM trail_month ORDER BY month")
        return [ClosedMonth(row["month"], row["lines"], bytes(row["seal"]), row["erased_at"]) for row in rows]

    def lines_after(self, month: date, number: int, limit: int) -> list[Line]:
        rows = self._tx.tuples(
            f"SELECT {_LINE} FROM trail_line WHERE (month, number) > (%s, %s)"  # noqa: S608
            " ORDER BY month, number LIMIT %s",
            (month, number, limit),
        )
        return [_line(row) for row in rows]

    def try_to_erase(self) -> bool:
        return bool(self._tx.only("SELECT pg_try_advisory_xact_lock(%s) AS got", (_ERASING_LOCK,))["got"])

    def mark_erased(self, month: date, now: datetime) -> None:
        self._tx.execute("UPDATE trail_month SET erased_at = %s WHERE month = %s", (now, month))

    def erase_lines(self, until: date, limit: int) -> int:
        return int(self._tx.only("SELECT erase_trail_lines(%s, %s) AS erased", (until, limit))["erased"])

    def lines_of_account(self, account_id: str, since: date, before: tuple[date, int] | None, limit: int) -> list[Line]:
        rows = self._tx.tuples(
            f"SELECT {_LINE} FROM trail_line WHERE account_id = %s AND month >= %s AND (month, number) < (%s, %s)"  # noqa: S608
            " ORDER BY month DESC, number DESC LIMIT %s",
            (account_id, since, *(before or (date.max, 0)), limit),
        )
        return [_line(row) for row in rows]


def _line(row: tuple[Any, ...]) -> Line:
    month, number, at, account_id, action, made_by, source, user_agent, details, key_id, seal = row
    return Line(month, number, at, account_id, action, made_by, source, user_agent, details, key_id, bytes(seal))
