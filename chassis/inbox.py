"""Events arrive at least once; their effects happen once. The row that says "seen" commits with the effect."""

from typing import Any

from chassis.db import Transaction

RETENTION_DAYS = 30
"""A redelivery older than this would be taken for new: far beyond every retry and every outage we plan for."""

FORGET_AT_A_TIME = 5_000


def once(tx: Transaction, consumer: str, event_id: str) -> bool:
    """Whether `consumer` meets this event for the first time. A second transaction with the same event waits here
    until the first one ends, and then learns what became of it."""
    sql = "INSERT INTO inbox_seen (consumer, event_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"
    return tx.execute(sql, (consumer, event_id)) == 1


def seen(tx: Transaction, consumer: str, event_id: str) -> bool:
    """Whether the effect of this event is committed."""
    sql = "SELECT 1 FROM inbox_seen WHERE consumer = %s AND event_id = %s"
    return tx.one(sql, (consumer, event_id)) is not None


async def forget_old(connection: Any) -> None:
    """Deletes some of the rows past their retention, on an asyncpg connection; the relay calls it now and then."""
    await connection.execute(
        "DELETE FROM inbox_seen WHERE ctid = ANY(ARRAY(SELECT ctid FROM inbox_seen"
        " WHERE seen_at < now() - make_interval(days => $1) ORDER BY seen_at LIMIT $2))",
        RETENTION_DAYS,
        FORGET_AT_A_TIME,
    )
