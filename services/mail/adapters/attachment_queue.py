"""The SQL of attachment_text."""

from collections.abc import Sequence

import orjson

from chassis.db import Transaction
from services.mail.adapters.store.messages import indexable
from services.mail.application.attachment_texts import Claimed, Email
from services.mail.domain.attachment_kinds import readable_parts

_CLAIM = """
WITH due AS (
    SELECT message_id FROM attachment_text WHERE state <> 'given-up' AND due_at <= now()
    ORDER BY message_id DESC LIMIT 1 FOR UPDATE SKIP LOCKED
), taken AS (
    UPDATE attachment_text q SET due_at = now() + make_interval(secs => %s), tries = q.tries + 1
    FROM due WHERE q.message_id = due.message_id RETURNING q.message_id, q.state, q.tries
)
SELECT taken.message_id, taken.state, taken.tries, m.sha256, m.trace, m.detail,
       EXISTS (SELECT 1 FROM email e WHERE e.message_id = m.id)
FROM taken JOIN message m ON m.id = taken.message_id
"""
_BRING_UP = """
UPDATE email_fts f SET vector = m.vector, head = ts_filter(m.vector, '{a,b,c}')
FROM message m, unnest(%s::text[], %s::bigint[]) AS given (account_id, email_id)
WHERE m.id = %s AND f.account_id = given.account_id AND f.email_id = given.email_id
"""


class PostgresAttachmentQueue:
    """Implements application.attachment_texts.AttachmentQueue."""

    def claim(self, tx: Transaction, lease_seconds: float) -> Claimed | None:
        """What no email has any more (a draft that was saved again) has nothing to be read."""
        rows = tx.tuples(_CLAIM, (lease_seconds,))
        if not rows:
            return None
        message_id, state, tries, sha256, trace, detail, has_emails = rows[0]
        kept = orjson.loads(detail)
        parts = readable_parts(kept["body_structure"], kept.get("attachments", ())) if has_emails else []
        return Claimed(message_id, state == "indexed", tries, sha256, bytes(trace), parts)

    def index(self, tx: Transaction, message_id: int, text: str, second_look_seconds: float) -> bool:
        first = tx.execute(
            "UPDATE attachment_text SET state = 'indexed', tries = 0, due_at = now() + make_interval(secs => %s)"
            " WHERE message_id = %s AND state = 'due'",
            (second_look_seconds, message_id),
        )
        if first:
            sql = "UPDATE message SET vector = vector || setweight(mail_vector(%s), 'D') WHERE id = %s"
            tx.execute(sql, (indexable(text), message_id))
        return bool(first)

    def emails_behind(self, tx: Transaction, message_id: int) -> list[Email]:
        return tx.tuples(
            "SELECT e.account_id, e.id FROM email e JOIN message m ON m.id = e.message_id"
            " JOIN email_fts f ON f.account_id = e.account_id AND f.email_id = e.id"
            " WHERE e.message_id = %s AND f.vector <> m.vector ORDER BY e.account_id, e.id",
            (message_id,),
        )

    def bring_up(self, tx: Transaction, message_id: int, emails: Sequence[Email]) -> None:
        tx.execute(_BRING_UP, ([account for account, _ in emails], [id_ for _, id_ in emails], message_id))

    def postpone(self, tx: Transaction, message_id: int, seconds: float) -> None:
        sql = "UPDATE attachment_text SET due_at = now() + make_interval(secs => %s) WHERE message_id = %s"
        tx.execute(sql, (seconds, message_id))

    def give_up(self, tx: Transaction, message_id: int, problem: str) -> None:
        sql = "UPDATE attachment_text SET state = 'given-up', problem = %s WHERE message_id = %s"
        tx.execute(sql, (problem, message_id))

    def remove(self, tx: Transaction, message_id: int) -> None:
        tx.execute("DELETE FROM attachment_text WHERE message_id = %s", (message_id,))

    def waiting(self, tx: Transaction) -> int:
        return int(tx.only("SELECT count(*) AS n FROM attachment_text WHERE state <> 'given-up'")["n"])
