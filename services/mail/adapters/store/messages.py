"""Messages: one row each, shared by all who got it."""

import re
from collections.abc import Sequence
from typing import Any
from unicodedata import normalize

import orjson

from chassis.db import Transaction
from services.mail.application.ports import StoredMessage
from services.mail.application.rows import MessageRow, MessageUse
from services.mail.domain.attachment_kinds import readable_parts
from services.mail.domain.dates import parse_date
from services.mail.domain.mime.summary import EmailAddress, ParseSummary
from services.mail.domain.mime.traced import behind_trace
from services.mail.domain.threading import thread_keys

_COLUMNS_OF_THEIR_OWN = frozenset(
    {
        "sha256", "size", "subject", "sent_at", "from", "to", "cc", "bcc", "reply_to", "sender", "message_id",
        "in_reply_to", "references", "preview", "has_attachment", "rendition", "search_text", "base_subject",
    }
)  # fmt: skip

_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]+")
"""Soft hyphens, and spaces and joiners without width."""

_INSERT = """
WITH new AS (
INSERT INTO message (sha256, trace, size, sent_at, sent_instant, subject, base_subject, "from", "to", cc, bcc, reply_to,
    sender, message_id, in_reply_to, "references", thread_keys, preview, has_attachment, rendition, detail, vector)
VALUES (%(sha256)s, %(trace)s, %(size)s, %(sent_at)s, %(sent_instant)s, %(subject)s, %(base_subject)s, %(from)s,
    %(to)s, %(cc)s, %(bcc)s, %(reply_to)s, %(sender)s, %(message_id)s, %(in_reply_to)s, %(references)s,
    %(thread_keys)s::uuid[], %(preview)s, %(has_attachment)s, %(rendition)s, %(detail)s,
    setweight(mail_vector(%(subject_words)s), 'A') || setweight(mail_vector(%(from_words)s), 'B')
    || setweight(mail_vector(%(to_words)s), 'C') || setweight(mail_vector(%(body_words)s), 'D'))
RETURNING id
), queued AS (
    INSERT INTO attachment_text (message_id) SELECT id FROM new WHERE %(has_texts)s
)
SELECT id FROM new
"""


def add_message(tx: Transaction, trace: bytes, summary: ParseSummary) -> StoredMessage:
    sent, detail = parse_date(summary.sent_at), _detail(summary)
    row = tx.only(
        _INSERT,
        {
            "sha256": summary.sha256,
            "trace": trace,
            "size": summary.size,
            "sent_at": summary.sent_at,
            "sent_instant": sent,
            "subject": _storable(summary.subject),
            "base_subject": _storable(summary.base_subject) or "",
            "from": _addresses(summary.from_),
            "to": _addresses(summary.to),
            "cc": _addresses(summary.cc),
            "bcc": _addresses(summary.bcc),
            "reply_to": _addresses(summary.reply_to),
            "sender": _addresses(summary.sender),
            "message_id": _texts(summary.message_id),
            "in_reply_to": _texts(summary.in_reply_to),
            "references": _texts(summary.references),
            "thread_keys": [str(key) for key in thread_keys(summary)],
            "preview": _storable(summary.preview) or "",
            "has_attachment": summary.has_attachment,
            "rendition": summary.rendition,
            "detail": orjson.dumps(detail).decode(),
            "has_texts": bool(readable_parts(detail["body_structure"], summary.attachments)),
            "subject_words": indexable(summary.subject or ""),
            "from_words": _words([*(summary.from_ or []), *(summary.sender or [])]),
            "to_words": _words([*(summary.to or []), *(summary.cc or []), *(summary.bcc or [])]),
            "body_words": indexable(summary.search_text),
        },
    )
    return StoredMessage(id=row["id"], sha256=summary.sha256, size=summary.size)


_COMPOSED = """
SELECT id, size, detail FROM message WHERE sha256 = %s AND trace = '' ORDER BY id DESC LIMIT 1
"""
_COPIED = """
    sha256, sent_at, sent_instant, subject, base_subject, "from", "to", cc, bcc, reply_to, sender, message_id,
    in_reply_to, "references", thread_keys, preview, has_attachment, rendition, vector
"""
_INSERT_TRACED = f"""
WITH new AS (
    INSERT INTO message ({_COPIED}, trace, size, detail)
    SELECT {_COPIED}, %(trace)s, %(size)s, %(detail)s FROM message WHERE id = %(id)s
    RETURNING id
), unread AS (
    INSERT INTO attachment_text (message_id)
    SELECT new.id FROM new, attachment_text WHERE message_id = %(id)s AND state = 'due'
)
SELECT id FROM new
"""  # noqa: S608 - columns above


def add_composed(tx: Transaction, trace: bytes, sha256: str) -> StoredMessage | None:
    """A message of ours that was parsed when it was composed, once more behind the trace of its delivery, with words
    of its attachments if they were read by now. None where there is none, or where the parser has to look again."""
    composed = tx.one(_COMPOSED, (sha256,))
    detail = behind_trace(orjson.loads(composed["detail"]), trace) if composed else None
    if composed is None or detail is None:
        return None
    size = composed["size"] + len(trace)
    values = {"id": composed["id"], "trace": trace, "size": size, "detail": orjson.dumps(detail).decode()}
    return StoredMessage(id=tx.only(_INSERT_TRACED, values)["id"], sha256=sha256, size=size)


def messages(tx: Transaction, account_id: str, ids: list[int]) -> list[MessageRow]:
    """Those of which the account has an email."""
    rows = tx.tuples(
        "SELECT id, sha256, trace, size, detail FROM message m WHERE id = ANY(%s)"
        " AND EXISTS (SELECT 1 FROM email e WHERE e.account_id = %s AND e.message_id = m.id)",
        (ids, account_id),
    )
    return [MessageRow(row[0], row[1], bytes(row[2]), row[3], orjson.loads(row[4])) for row in rows]


_USES = """
SELECT m.id, m.sha256, e.id, e.thread_id,
       ARRAY(SELECT mailbox_id FROM email_mailbox em WHERE em.account_id = e.account_id AND em.email_id = e.id)
FROM message m JOIN email e ON e.message_id = m.id
WHERE e.account_id = %s AND m.{column} = ANY(%s)
"""


def uses(tx: Transaction, account_id: str, ids: Sequence[int], sha256s: Sequence[str]) -> list[MessageUse]:
    """Those emails of the account."""
    rows: set[tuple[Any, ...]] = set()
    for column, values in (("id", list(ids)), ("sha256", list(sha256s))):
        if values:
            found = tx.tuples(_USES.format(column=column), (account_id, values))
            rows |= {(*row[:4], tuple(row[4])) for row in found}
    return [MessageUse(*row) for row in sorted(rows)]


def _detail(summary: ParseSummary) -> dict[str, Any]:
    """U+0000, which the Raw form drops anyway, would make PostgreSQL refuse to look into the headers."""
    detail = {name: value for name, value in summary.to_json().items() if name not in _COLUMNS_OF_THEIR_OWN}
    return detail | {"headers": [(name, value.replace("\0", "")) for name, value in summary.headers]}


def _storable(text: str | None) -> str | None:
    """PostgreSQL keeps neither U+0000 nor lone surrogates."""
    return None if text is None else text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _texts(texts: list[str] | None) -> list[str | None] | None:
    return None if texts is None else [_storable(text) for text in texts]


def _addresses(addresses: list[EmailAddress] | None) -> str | None:
    """JSON as RFC 8621 §4.1.2.3 spells it: `name` is there even when null."""
    if addresses is None:
        return None
    return orjson.dumps([{"name": _storable(a.name), "email": _storable(a.email)} for a in addresses]).decode()


def _words(addresses: list[EmailAddress]) -> str:
    return indexable(" ".join(f"{address.name or ''} {address.email}" for address in addresses))


def indexable(text: str) -> str:
    """Whole words: an accent is one with its letter, and nothing invisible stands within a word."""
    return _storable(normalize("NFC", _INVISIBLE.sub("", text))) or ""
