"""What is gone is forgotten after a while; states from before it was gone are then too old (RFC 8620 §5.2)."""

from chassis.db import Database

_TOMBSTONES = """
WITH old AS (
    SELECT account_id, type, modseq FROM tombstone
    WHERE buried_at < now() - make_interval(days => %(days)s)
    ORDER BY buried_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM tombstone t USING old
    WHERE t.account_id = old.account_id AND t.type = old.type AND t.modseq = old.modseq
    RETURNING t.account_id, t.type, t.modseq
), floors AS (
    INSERT INTO forgotten AS f (account_id, type, modseq)
    SELECT account_id, type, max(modseq) FROM gone GROUP BY account_id, type ORDER BY account_id, type
    ON CONFLICT (account_id, type) DO UPDATE SET modseq = greatest(f.modseq, excluded.modseq)
)
SELECT count(*) AS n FROM gone
"""
_VANISHED = """
WITH old AS (
    SELECT account_id, mailbox_id, modseq, uid FROM vanished
    WHERE vanished_at < now() - make_interval(days => %(days)s)
    ORDER BY vanished_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM vanished v USING old
    WHERE v.account_id = old.account_id AND v.mailbox_id = old.mailbox_id AND v.modseq = old.modseq AND v.uid = old.uid
    RETURNING v.account_id, v.modseq
), floors AS (
    INSERT INTO forgotten AS f (account_id, type, modseq)
    SELECT account_id, 'Vanished', max(modseq) FROM gone GROUP BY account_id ORDER BY account_id
    ON CONFLICT (account_id, type) DO UPDATE SET modseq = greatest(f.modseq, excluded.modseq)
)
SELECT count(*) AS n FROM gone
"""


class PostgresChangeLog:
    """Implements application.forget_changes.ChangeLog. Takes no account's lock: the floor rises in the transaction that
    deletes, so no view ever misses a row that its floor promises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self, *, older_than_days: int, most: int) -> int:
        values = {"days": older_than_days, "most": most}
        with self._database.transaction() as tx:
            return sum(int(tx.only(sql, values)["n"]) for sql in (_TOMBSTONES, _VANISHED))
