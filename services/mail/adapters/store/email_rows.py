"""Reading emails."""

from collections.abc import Sequence
from typing import Any

import orjson

from chassis.db import Transaction
from services.mail.application.rows import EmailFlags, EmailRow

_SELECT = """
SELECT e.id, e.message_id, e.thread_id, e.received_at, e.keywords,
       ARRAY(SELECT mailbox_id FROM email_mailbox em WHERE em.account_id = e.account_id AND em.email_id = e.id),
       m.sha256, m.size, m.subject, m.sent_at, m."from"::text, m."to"::text, m.cc::text, m.bcc::text, m.reply_to::text,
       m.sender::text, m.message_id, m.in_reply_to, m."references", m.preview, m.has_attachment, m.rendition, {detail}
FROM email e JOIN message m ON m.id = e.message_id
WHERE e.account_id = %s AND e.id = ANY(%s)
"""
_WITH_DETAIL = _SELECT.format(detail="m.detail")
_WITHOUT_DETAIL = _SELECT.format(detail="NULL")


def emails(tx: Transaction, account_id: str, ids: Sequence[int], *, detail: bool) -> list[EmailRow]:
    sql = _WITH_DETAIL if detail else _WITHOUT_DETAIL
    return [_email(row) for row in tx.tuples(sql, (account_id, list(ids)))]


def flags(tx: Transaction, account_id: str, ids: Sequence[int]) -> list[EmailFlags]:
    rows = tx.tuples(
        "SELECT e.id, e.keywords, ARRAY(SELECT mailbox_id FROM email_mailbox em"
        " WHERE em.account_id = e.account_id AND em.email_id = e.id)"
        " FROM email e WHERE e.account_id = %s AND e.id = ANY(%s)",
        (account_id, list(ids)),
    )
    return [EmailFlags(id_, frozenset(keywords), frozenset(mailboxes)) for id_, keywords, mailboxes in rows]


def newest(tx: Transaction, account_id: str, limit: int) -> list[int]:
    sql = "SELECT id FROM email WHERE account_id = %s ORDER BY received_at DESC, id DESC LIMIT %s"
    return [id_ for (id_,) in tx.tuples(sql, (account_id, limit))]


def _email(row: tuple[Any, ...]) -> EmailRow:
    return EmailRow(
        id=row[0],
        message_id=row[1],
        thread_id=row[2],
        received_at=row[3],
        keywords=row[4],
        mailbox_ids=row[5],
        sha256=row[6],
        size=row[7],
        subject=row[8],
        sent_at=row[9],
        addresses={
            "from": _json(row[10]),
            "to": _json(row[11]),
            "cc": _json(row[12]),
            "bcc": _json(row[13]),
            "replyTo": _json(row[14]),
            "sender": _json(row[15]),
        },
        message_ids=row[16],
        in_reply_to=row[17],
        references=row[18],
        preview=row[19],
        has_attachment=row[20],
        rendition=row[21],
        detail=_json(row[22]),
    )


def _json(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)
