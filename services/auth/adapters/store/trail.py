"""The trail."""

from collections.abc import Sequence

from psycopg2.extras import Json

from services.auth.adapters.store.tables import Tables
from services.auth.application.ports import TrailHead
from services.auth.domain.trail import Line


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
            "INSERT INTO trail_line (month, number, at, account_id, action, made_by, source, user_agent, details,"
            " key_id, seal) VALUES %s",
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
