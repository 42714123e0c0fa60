"""Reading emails."""

from collections.abc import Sequence
from typing import Any

import orjson

from chassis.db import Transaction
from chassis.prepared import Prepared
from services.mail.application.rows import ADDRESS_LISTS, EmailFlags, EmailRow

_COLUMNS = {
    "subject": "m.subject",
    "sentAt": "m.sent_at",
    "messageId": "m.message_id",
    "inReplyTo": "m.in_reply_to",
    "references": 'm."references"',
    "preview": "m.preview",
    "rendition": "m.rendition",
    "from": 'm."from"::text',
    "to": 'm."to"::text',
    "cc": "m.cc::text",
    "bcc": "m.bcc::text",
    "replyTo": "m.reply_to::text",
    "sender": "m.sender::text",
    "detail": "m.detail",
}
_EMAILS = Prepared(
    "SELECT e.id, e.message_id, e.thread_id, e.received_at, e.keywords,"  # noqa: S608 - columns above
    " ARRAY(SELECT mailbox_id FROM email_mailbox em WHERE em.account_id = e.account_id AND em.email_id = e.id),"
    " m.sha256, m.size, m.has_attachment, "
    + ", ".join(f"CASE WHEN %({name})s THEN {column} END" for name, column in _COLUMNS.items())
    + " FROM email e JOIN message m ON m.id = e.message_id WHERE e.account_id = %(account)s AND e.id = ANY(%(ids)s)"
)


def emails(tx: Transaction, account_id: str, ids: Sequence[int], columns: frozenset[str]) -> list[EmailRow]:
    """What nobody asked for is neither read, nor sent, nor parsed."""
    wanted = {name: name in columns for name in _COLUMNS}
    return [_email(row) for row in tx.tuples(_EMAILS, {"account": account_id, "ids": list(ids), **wanted})]


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
    """Not by name: this runs for every line of every listing."""
    lists = zip(ADDRESS_LISTS, row[16:22], strict=True)
    addresses = {name: orjson.loads(text) for name, text in lists if text is not None}
    values: tuple[Any, ...] = (*row[:16], addresses, None if row[22] is None else orjson.loads(row[22]))
    return EmailRow(*values)
