"""Messages that no email and no spool refers to."""

# ruff: noqa: S608  only fragments of this page are put together

from chassis.db import Transaction

_STRAYS = """
WITH page AS (
    SELECT id, created_at FROM message WHERE id > %(after)s ORDER BY id LIMIT %(most)s
), strays AS (
    INSERT INTO message_left (message_id)
    SELECT id FROM page
    WHERE created_at < now() - make_interval(secs => %(seconds)s)
      AND NOT EXISTS (SELECT 1 FROM email e WHERE e.message_id = page.id)
    ON CONFLICT DO NOTHING
)
SELECT max(id) AS last FROM page
"""
_USED = (
    "(EXISTS (SELECT 1 FROM email e WHERE e.message_id = {id})"
    " OR EXISTS (SELECT 1 FROM spool_recipient r WHERE r.message_id = {id}))"
)
_LOOK = f"""
WITH noted AS (
    SELECT message_id AS id, {_USED.format(id="message_left.message_id")} AS used FROM message_left
    WHERE unused_since IS NULL LIMIT %s FOR UPDATE SKIP LOCKED
), unused AS (
    UPDATE message_left l SET unused_since = now() FROM noted WHERE l.message_id = noted.id AND NOT noted.used
)
DELETE FROM message_left l USING noted WHERE l.message_id = noted.id AND noted.used
"""
_OLD = """
SELECT message_id FROM message_left WHERE unused_since < now() - make_interval(secs => %s)
ORDER BY unused_since LIMIT %s FOR UPDATE SKIP LOCKED
"""
_LOCK = "SELECT id FROM message WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
_DELETE = f"DELETE FROM message WHERE id = ANY(%s) AND NOT {_USED.format(id='message.id')}"
_SETTLE = "DELETE FROM message_left WHERE message_id = ANY(%s)"


class LeftMessages:
    """Implements application.collect_messages.LeftMessages."""

    def note_strays(self, tx: Transaction, after: int, seconds: float, most: int) -> int | None:
        last: int | None = tx.only(_STRAYS, {"after": after, "seconds": seconds, "most": most})["last"]
        return last

    def look(self, tx: Transaction, most: int) -> None:
        tx.execute(_LOOK, (most,))

    def delete(self, tx: Transaction, seconds: float, most: int) -> int:
        """The rows are locked before anybody looks whether they are used: an email that is being added holds its
        message by the foreign key, and is either seen or comes too late to find it."""
        ids = [message_id for (message_id,) in tx.tuples(_OLD, (seconds, most))]
        if not ids:
            return 0
        tx.execute(_LOCK, (ids,))
        deleted = tx.execute(_DELETE, (ids,))
        tx.execute(_SETTLE, (ids,))
        return deleted
