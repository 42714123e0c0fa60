"""What the mail application needs of the world outside it; adapters implement these Protocols.

This page is also the border between the store and the flow of mail (listener, delivery, outbound): the flow calls
`Mailstore`, the store calls `SubmissionQueue`. Both work inside their caller's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from chassis.db import Transaction
from contracts.auth import AccountEvent, DirectoryPosition
from services.mail.domain.mime.summary import ParseSummary
from services.mail.parser.protocol import Composed, ComposeRequest

Role = Literal["inbox", "drafts", "sent", "archive", "junk", "trash"]


class UnknownAccountError(LookupError):
    """No such account here, or not yet: its event has not been applied."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A row of `message`. sha256: blob of the original; size: octets of trace + original."""

    id: int
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class AppendResult:
    """`created` is False when the delivery key was seen before: then nothing was written, and the ids are those of
    the first time (the email may have been moved or destroyed since)."""

    email_id: int
    thread_id: int
    created: bool


class Mailstore(Protocol):
    """Writes of the flow. They lock `account_state` of the account until the transaction ends: keep it short, and touch
    accounts in the order of their ids when a transaction touches several (better: one transaction an account)."""

    def add_message(self, tx: Transaction, trace: bytes, summary: ParseSummary) -> StoredMessage:
        """The message as its recipients will share it. The blob `summary.sha256` is already durable; `summary` was made
        with this same `trace`. Call it once for each accepted message and keep the id: it is not idempotent."""
        ...

    def add_composed(self, tx: Transaction, trace: bytes, sha256: str) -> StoredMessage | None:
        """As `add_message`, without parsing again what was parsed when it was composed here. None where it was not."""
        ...

    def append(
        self,
        tx: Transaction,
        account_id: str,
        message: StoredMessage,
        *,
        role: Role | None = None,
        mailbox_ids: Sequence[int] = (),
        keywords: Sequence[str] = (),
        received_at: datetime,
        delivery_key: str | None = None,
    ) -> AppendResult:
        """Puts a message into an account: into the mailbox of `role` (the inbox where the agent has none of that role)
        or into `mailbox_ids`; exactly one of the two is given. Joins or makes its thread, counts, indexes its words,
        and enqueues MailStateChanged: all in `tx`.

        delivery_key: at most 200 characters, unique per account; a second append with it changes nothing.
        received_at: aware. Raises UnknownAccountError; LookupError when a mailbox of `mailbox_ids` is gone.
        """
        ...

    def record_delivery(
        self, tx: Transaction, account_id: str, submission_id: int, statuses: Mapping[str, "RecipientStatus"]
    ) -> None:
        """What became of recipients of a submission (RFC 8621 §7, deliveryStatus), by address as it was submitted.
        Enqueues MailStateChanged. Does nothing when the submission was destroyed."""
        ...


@dataclass(frozen=True, slots=True)
class RecipientStatus:
    """RFC 8621 §7, DeliveryStatus. smtp_reply: one line such as "250 2.1.5 OK"."""

    smtp_reply: str
    delivered: Literal["queued", "yes", "no", "unknown"]

    def as_json(self) -> dict[str, str]:
        """Whether a message was displayed is never known here."""
        return {"smtpReply": self.smtp_reply, "delivered": self.delivered, "displayed": "unknown"}


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A submission on its way out. The blob `sha256` (size octets) is durable and is what travels: it has no Bcc field
    and no trace. mail_from and recipients: addresses without angle brackets, checked for form, each recipient once.
    submission_id: with account_id it names the submission in `record_delivery`, and makes a delivery key."""

    account_id: str
    submission_id: int
    sha256: str
    size: int
    mail_from: str
    recipients: tuple[str, ...]


class InvalidRecipientsError(Exception):
    """Addresses of our own domain that nobody has (RFC 8621 §7.5 invalidRecipients)."""

    def __init__(self, addresses: Sequence[str]) -> None:
        super().__init__(f"{len(addresses)} unknown recipient(s)")
        self.addresses = tuple(addresses)


class SubmissionQueue(Protocol):
    def hold(self, tx: Transaction, message: OutgoingMessage, email_id: int, until: datetime) -> None:
        """Takes charge of the message in `tx` and lets it wait; mail-clock submits it at its time. Raises
        InvalidRecipientsError, having written nothing."""
        ...

    def call_back(self, tx: Transaction, account_id: str, submission_id: int) -> bool:
        """Whether the message was still held. Then it goes nowhere once `tx` has committed. `tx` holds the lock of the
        account, as does `hold`'s."""
        ...

    def submit(self, tx: Transaction, message: OutgoingMessage) -> Mapping[str, RecipientStatus]:
        """Takes charge of the message in `tx`: spool row for recipients of our domain, outbound rows for the others.
        Returns the first status of each recipient. Raises InvalidRecipientsError, having written nothing."""
        ...


class Parser(Protocol):
    """The parser pool. Both raise ParserUnavailable; compose also ComposeRefused (services.mail.parser.protocol)."""

    def parse(self, sha256: str, trace: bytes = b"") -> ParseSummary: ...

    def compose(self, request: ComposeRequest) -> Composed: ...


class Blobs(Protocol):
    """Blob files, from code that must not block its neighbours: implementations give way while the disk works."""

    def read(self, sha256: str, offset: int = 0, length: int = -1) -> bytes:
        """Raises FileNotFoundError."""
        ...

    def beginnings(self, sha256s: Sequence[str], length: int) -> list[bytes | None]:
        """The first `length` octets of each, None for one that is not there."""
        ...

    def put(self, data: bytes) -> tuple[str, int]:
        """Stores durably; returns (sha256, size)."""
        ...

    def exists(self, sha256: str) -> bool: ...


class AccountDirectory(Protocol):
    """What the events of auth tell. They may come in any order; each is given once."""

    def apply(self, tx: Transaction, event: AccountEvent) -> None:
        """A new account gets its default mailboxes; news older than what is known change nothing but the count."""
        ...

    def position(self, tx: Transaction, event: DirectoryPosition) -> None: ...
