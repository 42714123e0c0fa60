"""The spool's SQL for synchronous processes."""

from collections.abc import Sequence

from chassis.db import Transaction
from services.mail.application.spool import PAGE, NewSpoolEntry, SpoolEntry, SpoolFigures, SpoolRecipient

STUCK_AFTER_TRIES = 8

CLAIM = """
SELECT id, sha256, size, trace, received_at, submitter_id, submission_id, tries, coalesce(message_id, (
    SELECT one.message_id FROM spool_recipient one WHERE one.spool_id = spool.id AND one.message_id IS NOT NULL LIMIT 1
)) AS message_id
FROM spool WHERE not_before <= now() ORDER BY not_before LIMIT 1 FOR UPDATE SKIP LOCKED
"""
WAITING = """
SELECT address, account_id FROM spool_recipient WHERE spool_id = %s AND NOT delivered AND address > %s
ORDER BY address LIMIT %s
"""
DELIVERED = """
UPDATE spool_recipient SET delivered = true, message_id = %s WHERE spool_id = %s AND address = ANY(%s)
"""
POSTPONE = """
UPDATE spool SET not_before = now() + make_interval(secs => %s), last_error = %s, tries = tries + %s WHERE id = %s
"""
ADD = """
INSERT INTO spool (id, sha256, size, trace, mail_from, source, received_at, submitter_id, submission_id)
VALUES (%s, %s, %s, %s, %s, %s, now(), %s, %s)
"""
FIGURES = """
SELECT count(*) AS waiting, count(*) FILTER (WHERE tries >= %s) AS stuck,
       coalesce(extract(epoch FROM now() - min(received_at)), 0)::float8 AS oldest
FROM spool
"""


class PostgresSpool:
    def claim(self, tx: Transaction) -> SpoolEntry | None:
        row = tx.one(CLAIM)
        if row is None:
            return None
        return SpoolEntry(
            id=row["id"],
            sha256=row["sha256"],
            size=row["size"],
            trace=bytes(row["trace"]),
            received_at=row["received_at"],
            submitter_id=row["submitter_id"],
            submission_id=row["submission_id"],
            tries=row["tries"],
            message_id=row["message_id"],
            recipients=self.waiting(tx, row["id"], ""),
        )

    def waiting(self, tx: Transaction, spool_id: str, after: str) -> tuple[SpoolRecipient, ...]:
        return tuple(SpoolRecipient(*row) for row in tx.tuples(WAITING, (spool_id, after, PAGE)))

    def addresses(self, tx: Transaction, spool_id: str) -> list[str]:
        return [
            address for (address,) in tx.tuples("SELECT address FROM spool_recipient WHERE spool_id = %s", (spool_id,))
        ]

    def share(self, tx: Transaction, spool_id: str, message_id: int) -> None:
        tx.execute("UPDATE spool SET not_before = now(), message_id = %s WHERE id = %s", (message_id, spool_id))

    def mark_delivered(self, tx: Transaction, spool_id: str, addresses: Sequence[str], message_id: int) -> None:
        tx.execute(DELIVERED, (message_id, spool_id, list(addresses)))

    def remove(self, tx: Transaction, spool_id: str) -> None:
        tx.execute("DELETE FROM spool WHERE id = %s", (spool_id,))

    def postpone(self, tx: Transaction, spool_id: str, seconds: float, reason: str, *, failed: bool) -> None:
        tx.execute(POSTPONE, (seconds, reason, int(failed), spool_id))

    def account_of(self, tx: Transaction, address: str) -> str | None:
        row = tx.one("SELECT account_id FROM address WHERE address = %s", (address.lower(),))
        return str(row["account_id"]) if row else None

    def add(self, tx: Transaction, entry: NewSpoolEntry) -> None:
        tx.execute(
            ADD,
            (
                entry.id,
                entry.sha256,
                entry.size,
                entry.trace,
                entry.mail_from,
                entry.source,
                entry.submitter_id,
                entry.submission_id,
            ),
        )
        tx.values(
            "INSERT INTO spool_recipient (spool_id, address, account_id) VALUES %s",
            [(entry.id, address, account_id) for address, account_id in entry.recipients],
        )
        tx.execute("SELECT pg_notify('spool', '')")

    def figures(self, tx: Transaction) -> SpoolFigures:
        row = tx.only(FIGURES, (STUCK_AFTER_TRIES,))
        return SpoolFigures(row["waiting"], row["stuck"], row["oldest"])
