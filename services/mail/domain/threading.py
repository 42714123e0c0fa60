"""Which conversation a message belongs to (RFC 8621 §3): messages that name a common Message-ID and share their base
subject. A reply whose subject was changed starts a conversation of its own."""

import hashlib
from uuid import UUID

from services.mail.domain.mime.summary import ParseSummary

MAX_REFERENCES = 64
MAX_EMAILS_IN_THREAD = 1_000
"""A thread that is full is left alone: the next message starts another, so that no write costs more than this."""


def thread_keys(summary: ParseSummary) -> list[UUID]:
    """One key for each Message-ID the message has, answers or refers to; two messages with a key in common belong
    together. Of a long References the first and the newest count."""
    references = summary.references or []
    if len(references) > MAX_REFERENCES:
        references = references[:1] + references[1 - MAX_REFERENCES :]
    named = [*(summary.message_id or [])[:1], *(summary.in_reply_to or [])[:MAX_REFERENCES], *references]
    return [_key(message_id, summary.base_subject) for message_id in dict.fromkeys(named)]


def _key(message_id: str, base_subject: str) -> UUID:
    text = f"{message_id}\0{base_subject}".encode("utf-8", "surrogateescape")
    return UUID(bytes=hashlib.blake2b(text, digest_size=16).digest())
