"""Counted failures, by a digest of what is counted."""

from datetime import datetime

from services.auth.adapters.store.tables import Tables


class FailureTables(Tables):
    def count_failure(self, bucket: bytes, now: datetime, expires_at: datetime) -> tuple[int, datetime]:
        row = self._tx.only(
            "INSERT INTO sign_in_failures AS f (bucket, failures, expires_at) VALUES (%(bucket)s, 1, %(until)s)"
            " ON CONFLICT (bucket) DO UPDATE SET"
            " failures = CASE WHEN f.expires_at <= %(now)s THEN 1 ELSE least(f.failures, 1000000) + 1 END,"
            " expires_at = CASE WHEN f.expires_at <= %(now)s THEN EXCLUDED.expires_at ELSE f.expires_at END"
            " RETURNING failures, expires_at",
            {"bucket": bucket, "now": now, "until": expires_at},
        )
        return int(row["failures"]), row["expires_at"]

    def forgive(self, bucket: bytes, failures: int | None = None) -> None:
        if failures is None:
            self._tx.execute("DELETE FROM sign_in_failures WHERE bucket = %s", (bucket,))
        else:
            self._tx.execute(
                "UPDATE sign_in_failures SET failures = greatest(0, failures - %s) WHERE bucket = %s",
                (failures, bucket),
            )
