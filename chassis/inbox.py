"""Events arrive at least once; their effects happen once. The row that says "seen" commits with the effect."""

from chassis.db import Transaction

RETENTION_DAYS = 30
"""A redelivery older than this would be taken for new: far beyond every retry and every outage we plan for."""


def once(tx: Transaction, consumer: str, event_id: str) -> bool:
    """Whether `consumer` meets this event for the first time. A second transaction with the same event waits here
    until the first one ends, and then learns what became of it."""
    sql = "INSERT INTO inbox_seen (consumer, event_id) VALUES (%s, %s) ON CONFLICT DO NOTHING"
    return tx.execute(sql, (consumer, event_id)) == 1


def forget_old(tx: Transaction, limit: int = 5_000) -> int:
    """Deletes at most `limit` rows past their retention; returns how many."""
    sql = (
        "DELETE FROM inbox_seen WHERE ctid IN (SELECT ctid FROM inbox_seen"
        " WHERE seen_at < now() - make_interval(days => %s) ORDER BY seen_at LIMIT %s)"
    )
    return tx.execute(sql, (RETENTION_DAYS, limit))
