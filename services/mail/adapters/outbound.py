"""The outbound queue's SQL."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from chassis.db import Transaction
from services.mail.application.outbound import NewOutbound, OutboundMessage, Reply

ADD = """
INSERT INTO outbound (id, sha256, size, trace, mail_from, submitter_id, submission_id)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
CLAIM = """
WITH due AS (
    SELECT id FROM outbound WHERE not_before <= now() ORDER BY not_before LIMIT %s FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE outbound SET not_before = now() + make_interval(secs => %s), lease = %s
    FROM due WHERE outbound.id = due.id
    RETURNING outbound.*
)
SELECT taken.*, ARRAY(
    SELECT address FROM outbound_recipient WHERE outbound_id = taken.id AND state = 'waiting' ORDER BY address
) AS waiting
FROM taken ORDER BY taken.created_at
"""
RENEW = "UPDATE outbound SET not_before = now() + make_interval(secs => %s) WHERE lease = %s AND id = ANY(%s)"
RECORD = """
UPDATE outbound_recipient SET state = given.state, reply = given.reply, replied_at = now()
FROM (VALUES %s) AS given (address, state, reply, outbound_id)
WHERE outbound_recipient.outbound_id = given.outbound_id AND outbound_recipient.address = given.address
  AND outbound_recipient.state = 'waiting'
"""


class PostgresOutboundQueue:
    def add(self, tx: Transaction, message: NewOutbound) -> None:
        tx.execute(
            ADD,
            (
                message.id,
                message.sha256,
                message.size,
                message.trace,
                message.mail_from,
                message.submitter_id,
                message.submission_id,
            ),
        )
        tx.values(
            "INSERT INTO outbound_recipient (outbound_id, address) VALUES %s",
            [(message.id, address) for address in message.recipients],
        )
        tx.execute("SELECT pg_notify('outbound', '')")

    def claim(self, tx: Transaction, lease: str, seconds: float, limit: int) -> list[OutboundMessage]:
        return [
            OutboundMessage(
                id=row["id"],
                sha256=row["sha256"],
                size=row["size"],
                trace=bytes(row["trace"]),
                mail_from=row["mail_from"],
                submitter_id=row["submitter_id"],
                submission_id=row["submission_id"],
                created_at=row["created_at"],
                tries=row["tries"],
                waiting=tuple(row["waiting"]),
            )
            for row in tx.all(CLAIM, (limit, seconds, lease))
        ]

    def renew(self, tx: Transaction, lease: str, seconds: float, ids: Iterable[str]) -> None:
        tx.execute(RENEW, (seconds, lease, list(ids)))

    def owned(self, tx: Transaction, lease: str, outbound_id: str) -> bool:
        return (
            tx.one("SELECT 1 FROM outbound WHERE id = %s AND lease = %s FOR UPDATE", (outbound_id, lease)) is not None
        )

    def record(self, tx: Transaction, outbound_id: str, replies: Mapping[str, Reply]) -> None:
        tx.values(RECORD, [(address, reply.state, reply.line, outbound_id) for address, reply in replies.items()])

    def reschedule(self, tx: Transaction, outbound_id: str, pause: timedelta) -> None:
        sql = "UPDATE outbound SET not_before = now() + %s, tries = tries + 1, lease = '' WHERE id = %s"
        tx.execute(sql, (pause, outbound_id))

    def remove(self, tx: Transaction, outbound_id: str) -> None:
        tx.execute("DELETE FROM outbound WHERE id = %s", (outbound_id,))

    def waiting(self, tx: Transaction) -> int:
        return int(tx.only("SELECT count(*) AS n FROM outbound")["n"])
