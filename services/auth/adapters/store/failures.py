"""Counted failures, by a digest of what is counted. Rows are always locked in the order of their digests."""

from collections.abc import Sequence
from datetime import datetime

from services.auth.adapters.store.tables import Tables


class FailureTables(Tables):
    def count_failures(
        self, buckets: Sequence[bytes], now: datetime, expires_at: datetime
    ) -> list[tuple[int, datetime]]:
        rows = self._tx.all(
            "INSERT INTO sign_in_failures AS f (bucket, failures, expires_at)"
            " SELECT bucket, 1, %(until)s FROM unnest(%(buckets)s) AS bucket ORDER BY bucket"
            " ON CONFLICT (bucket) DO UPDATE SET"
            " failures = CASE WHEN f.expires_at <= %(now)s THEN 1 ELSE least(f.failures, 1000000) + 1 END,"
            " refusal_noted = f.refusal_noted AND f.expires_at > %(now)s,"
            " expires_at = CASE WHEN f.expires_at <= %(now)s THEN EXCLUDED.expires_at ELSE f.expires_at END"
            " RETURNING bucket, failures, expires_at",
            {"buckets": list(buckets), "now": now, "until": expires_at},
        )
        counted = {bytes(row["bucket"]): (int(row["failures"]), row["expires_at"]) for row in rows}
        return [counted[bucket] for bucket in buckets]

    def failures(self, buckets: Sequence[bytes], now: datetime) -> list[int]:
        rows = self._tx.all(
            "SELECT bucket, failures FROM sign_in_failures WHERE bucket = ANY(%s) AND expires_at > %s",
            (list(buckets), now),
        )
        counted = {bytes(row["bucket"]): int(row["failures"]) for row in rows}
        return [counted.get(bucket, 0) for bucket in buckets]

    def take_back_failures(self, buckets: Sequence[bytes]) -> None:
        if buckets:
            self._tx.execute(
                "WITH locked AS (SELECT bucket FROM sign_in_failures WHERE bucket = ANY(%s) ORDER BY bucket FOR UPDATE)"
                " UPDATE sign_in_failures AS f SET failures = greatest(0, f.failures - 1)"
                " FROM locked WHERE f.bucket = locked.bucket",
                (list(buckets),),
            )

    def forget_failures(self, buckets: Sequence[bytes]) -> None:
        if buckets:
            self._tx.execute("DELETE FROM sign_in_failures WHERE bucket = ANY(%s)", (list(buckets),))

    def note_refusal(self, bucket: bytes) -> bool:
        sql = "UPDATE sign_in_failures SET refusal_noted = true WHERE bucket = %s AND NOT refusal_noted"
        return self._tx.execute(sql, (bucket,)) == 1
