"""Emails that come back at a time."""

from collections.abc import Sequence

from chassis.db import Transaction
from services.mail.adapters.store.unit import Unit
from services.mail.application.due import DueRow
from services.mail.application.rows import SnoozeRow


def snoozes(tx: Transaction, account_id: str, ids: Sequence[int]) -> list[SnoozeRow]:
    rows = tx.tuples(
        "SELECT email_id, mailbox_id, until, mailbox_ids, not_before <= now() FROM snooze"
        " WHERE account_id = %s AND email_id = ANY(%s)",
        (account_id, list(ids)),
    )
    return [SnoozeRow(email, place, until, frozenset(before), due) for email, place, until, before, due in rows]


def put(unit: Unit, rows: Sequence[SnoozeRow]) -> None:
    """`until` is a property of the email: what changes nothing else is a change too."""
    if not rows:
        return
    modseqs = unit.ticks("Email", len(rows))
    unit.tx.values(
        "INSERT INTO snooze (account_id, email_id, mailbox_id, until, not_before, mailbox_ids) VALUES %s"
        " ON CONFLICT (account_id, email_id) DO UPDATE SET mailbox_id = excluded.mailbox_id, until = excluded.until,"
        " not_before = excluded.not_before, mailbox_ids = excluded.mailbox_ids, tries = 0",
        [
            (unit.account_id, row.email_id, row.mailbox_id, row.until, row.until, sorted(row.mailbox_ids))
            for row in rows
        ],
        template="(%s, %s, %s, %s, %s, %s::bigint[])",
    )
    unit.tx.execute(
        "UPDATE email e SET updated_ms = goal.modseq FROM unnest(%s::bigint[], %s::bigint[]) AS goal (id, modseq)"
        " WHERE e.account_id = %s AND e.id = goal.id",
        ([row.email_id for row in rows], modseqs, unit.account_id),
    )


NEXT = """
SELECT account_id, email_id, extract(epoch FROM not_before - now())::float8,
       extract(epoch FROM now() - until)::float8, tries
FROM snooze ORDER BY not_before LIMIT %s
"""
POSTPONE = """
UPDATE snooze SET not_before = now() + make_interval(secs => %s), tries = tries + 1
WHERE account_id = %s AND email_id = %s
"""


class PostgresSnoozes:
    """Implements application.due.DueRows, numbered by email."""

    def next(self, tx: Transaction, limit: int) -> list[DueRow]:
        return [DueRow(*row) for row in tx.tuples(NEXT, (limit,))]

    def postpone(self, tx: Transaction, account_id: str, number: int, seconds: float) -> None:
        tx.execute(POSTPONE, (seconds, account_id, number))
