"""What a running import has seen."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.auth.adapters.store.tables import Tables

_IMPORT_LOCK = 4_021_987_366


class ImportTables(Tables):
    def begin_import_batch(self) -> None:
        self._tx.execute("SELECT pg_advisory_xact_lock(%s)", (_IMPORT_LOCK,))

    def note_import_lines(self, import_id: UUID, now: datetime, lines: Mapping[bytes, int]) -> dict[bytes, int]:
        rows = self._tx.all(
            "SELECT numen_hmac, line_number FROM import_line WHERE import_id = %s AND numen_hmac = ANY(%s)",
            (str(import_id), list(lines)),
        )
        earlier = {bytes(row["numen_hmac"]): int(row["line_number"]) for row in rows}
        self._tx.values(
            "INSERT INTO import_line (import_id, numen_hmac, line_number, started_at) VALUES %s",
            [(str(import_id), digest, line, now) for digest, line in lines.items() if digest not in earlier],
        )
        return earlier

    def end_import(self, import_id: UUID) -> None:
        self._tx.execute("DELETE FROM import_line WHERE import_id = %s", (str(import_id),))
