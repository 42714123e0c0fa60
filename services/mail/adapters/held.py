"""The SQL of submissions that wait for their time."""

from datetime import datetime

from chassis.db import Transaction
from services.mail.application.due import DueRow
from services.mail.application.held import HeldMessage
from services.mail.application.ports import OutgoingMessage

ADD = """
INSERT INTO held (account_id, submission_id, email_id, sha256, size, mail_from, recipients, due_at, not_before)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
NEXT = """
SELECT account_id, submission_id, extract(epoch FROM not_before - now())::float8,
       extract(epoch FROM now() - due_at)::float8, tries
FROM held ORDER BY not_before LIMIT %s
"""
TAKE = """
DELETE FROM held WHERE account_id = %s AND submission_id = %s
RETURNING email_id, sha256, size, mail_from, recipients, submitted_at
"""
POSTPONE = """
UPDATE held SET not_before = now() + make_interval(secs => %s), tries = tries + 1
WHERE account_id = %s AND submission_id = %s
"""


class PostgresHeldMessages:
    def add(self, tx: Transaction, message: OutgoingMessage, email_id: int, until: datetime) -> None:
        tx.execute(
            ADD,
            (
                message.account_id,
                message.submission_id,
                email_id,
                message.sha256,
                message.size,
                message.mail_from,
                list(message.recipients),
                until,
                until,
            ),
        )

    def next(self, tx: Transaction, limit: int) -> list[DueRow]:
        return [DueRow(*row) for row in tx.tuples(NEXT, (limit,))]

    def take(self, tx: Transaction, account_id: str, submission_id: int) -> HeldMessage | None:
        row = tx.one(TAKE, (account_id, submission_id))
        if row is None:
            return None
        return HeldMessage(
            OutgoingMessage(
                account_id=account_id,
                submission_id=submission_id,
                sha256=row["sha256"],
                size=row["size"],
                mail_from=row["mail_from"],
                recipients=tuple(row["recipients"]),
            ),
            email_id=row["email_id"],
            submitted_at=row["submitted_at"],
        )

    def postpone(self, tx: Transaction, account_id: str, number: int, seconds: float) -> None:
        tx.execute(POSTPONE, (seconds, account_id, number))
