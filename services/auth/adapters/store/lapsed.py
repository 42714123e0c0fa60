"""Deletes what has lapsed."""

from datetime import datetime

from services.auth.adapters.store.tables import Tables


class LapsedTables(Tables):
    def sweep(self, now: datetime, limit: int) -> int:
        lapsed = (
            ("activation_ticket", "expires_at <= %(now)s"),
            ("activation", "kind = 'reopened' AND closes_at <= %(now)s"),
            ("sign_in_failures", "expires_at <= %(now)s"),
            ("known_device", "seen_at <= %(now)s - interval '1 year'"),
            ("used_challenge", "expires_at <= %(now)s"),
            ("recovery_attempt", "expires_at <= %(now)s"),
            ("reset_ticket", "expires_at <= %(now)s"),
            ("notice", "sent_at <= %(now)s - interval '1 hour'"),
            ("push_subscription", "expires_at <= %(now)s"),
            ("import_line", "started_at <= %(now)s - interval '1 day'"),
        )
        params = {"now": now, "limit": limit}
        return sum(
            self._tx.execute(
                f"DELETE FROM {table} WHERE ctid IN (SELECT ctid FROM {table} WHERE {condition}"  # noqa: S608
                " LIMIT %(limit)s FOR UPDATE SKIP LOCKED)",
                params,
            )
            for table, condition in lapsed
        )
