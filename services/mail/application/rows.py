"""What the store hands out and takes in. Numbers are those behind the ids (services.mail.domain.ids)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Json = Any
"""A JSON value as the parser wrote it."""


@dataclass(frozen=True, slots=True)
class Account:
    """state: contracts.auth.AccountState."""

    account_id: str
    address: str
    given_name: str
    family_name: str
    state: str


@dataclass(frozen=True, slots=True)
class MailboxRow:
    id: int
    parent_id: int | None
    name: str
    role: str | None
    sort_order: int
    is_subscribed: bool
    total_emails: int
    unread_emails: int
    total_threads: int
    unread_threads: int


@dataclass(frozen=True, slots=True)
class MailboxEdit:
    """All that a client may change of a mailbox; complete, not a difference."""

    parent_id: int | None
    name: str
    role: str | None
    sort_order: int
    is_subscribed: bool


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """RFC 8621 §6. reply_to, bcc: EmailAddress[] as JSON."""

    id: int
    name: str
    email: str
    reply_to: Json
    bcc: Json
    text_signature: str
    html_signature: str


@dataclass(frozen=True, slots=True)
class IdentityEdit:
    """All that a client may change of an identity; complete, not a difference."""

    name: str
    reply_to: Json
    bcc: Json
    text_signature: str
    html_signature: str


ADDRESS_LISTS = ("from", "to", "cc", "bcc", "replyTo", "sender")
"""Properties of an Email that are lists of addresses."""

SUMMARY_COLUMNS = frozenset(
    {"subject", "sentAt", "messageId", "inReplyTo", "references", "preview", "rendition", *ADDRESS_LISTS}
)
"""What an EmailRow holds only where it was asked for, by the names of JMAP; `detail` is one more."""


@dataclass(slots=True)
class EmailRow:
    """An email with what its message's row holds. What was not asked for of SUMMARY_COLUMNS is None. `detail`: the rest
    of ParseSummary as JSON: headers, body_structure, text_body, html_body, attachments, headers_truncated …

    Not frozen: thousands a second are made, in three times less time."""

    id: int
    message_id: int
    thread_id: int
    received_at: datetime
    keywords: list[str]
    mailbox_ids: list[int]
    sha256: str
    size: int
    has_attachment: bool
    subject: str | None
    sent_at: str | None
    message_ids: list[str] | None
    in_reply_to: list[str] | None
    references: list[str] | None
    preview: str | None
    rendition: str | None
    addresses: Mapping[str, Json]
    """By property name, of ADDRESS_LISTS; those that a message has not are not there."""
    detail: Mapping[str, Json] | None


@dataclass(frozen=True, slots=True)
class EmailFlags:
    """The part of an email that changes."""

    id: int
    keywords: frozenset[str]
    mailbox_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """email_ids: oldest first (RFC 8621 §3)."""

    id: int
    email_ids: list[int]


@dataclass(frozen=True, slots=True)
class MessageRow:
    """Where the octets of a message are: trace, then the blob."""

    id: int
    sha256: str
    trace: bytes
    size: int
    detail: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class BlobRow:
    sha256: str
    size: int
    type: str


@dataclass(frozen=True, slots=True)
class MessageUse:
    """An email of a message, by the message's id and the blob of its original."""

    message_id: int
    sha256: str
    email_id: int
    thread_id: int
    mailbox_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """RFC 8620 §5.2. counted: the updated of which nothing but counts moved: Mailboxes (RFC 8621 §2.2), and Quotas (RFC
    9425 §4.3)."""

    new_state: int
    has_more: bool
    created: list[int]
    updated: list[int]
    destroyed: list[int]
    counted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a query's result. `position` is that of its first id; total only where it was asked for."""

    ids: list[int]
    position: int
    total: int | None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """RFC 8620 §5.5: by position (negative: from the end), or by anchor and offset."""

    limit: int
    position: int = 0
    anchor: int | None = None
    anchor_offset: int = 0
    calculate_total: bool = False


@dataclass(frozen=True, slots=True)
class QueryDelta:
    """RFC 8620 §5.6. added: (index in the new result, id), in order of index. removed may name more than was there."""

    new_state: int
    removed: list[int]
    added: list[tuple[int, int]]
    total: int | None


@dataclass(frozen=True, slots=True)
class SnippetRow:
    """Where the words of an email may stand: in its subject, and in the text of its rendition."""

    email_id: int
    subject: str
    rendition: str | None


@dataclass(frozen=True, slots=True)
class QuotaLimits:
    """What an account may hold that has no limits of its own."""

    octets: int
    emails: int


UNLIMITED = QuotaLimits(2**53 - 1, 2**53 - 1)


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """RFC 9425 §4.1. used, hard_limit: octets, or emails where resource_type is "count"."""

    id: int
    resource_type: Literal["octets", "count"]
    used: int
    hard_limit: int


@dataclass(frozen=True, slots=True)
class SnoozeRow:
    """An email waits in the mailbox `mailbox_id` until then, and comes back to `mailbox_ids`. `is_due`: as read."""

    email_id: int
    mailbox_id: int
    until: datetime
    mailbox_ids: frozenset[int]
    is_due: bool = False


UndoStatus = Literal["pending", "final", "canceled"]


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """RFC 8621 §7. mail_from, rcpt_to: Address objects; delivery: DeliveryStatus by address; all JSON."""

    id: int
    email_id: int
    thread_id: int
    mail_from: Json
    rcpt_to: Json
    send_at: datetime
    undo_status: UndoStatus
    delivery: Json
    identity_id: int
