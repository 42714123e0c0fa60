"""The mail service: its store by JMAP, and where the gateway finds blobs."""

from typing import ClassVar, Literal, Protocol

from contracts.base import Contract, Ping, Pong, StateChanged, rpc_service
from contracts.jmap import JmapBatch, JmapBatchReply

SAFE_HTML_CAPABILITY = "urn:webmail-montpellier:safe-html"
SNOOZE_CAPABILITY = "urn:webmail-montpellier:snooze"
RETENTION_CAPABILITY = "urn:webmail-montpellier:retention"
"""Of an account: trashDays, junkDays: mail is destroyed so many days after it was put there; 0: never."""


class BlobRegistration(Contract):
    """The gateway has stored an upload durably under its SHA-256 (lower-case hex); the account may use it from now."""

    account_id: str
    sha256: str
    size: int
    type: str


class BlobRegistered(Contract):
    blob_id: str


class BlobRequest(Contract):
    account_id: str
    blob_id: str


class BlobSegment(Contract):
    """A stretch of bytes: either `inline` (base64 on the wire) or `length` bytes of the stored blob `sha256` at
    `offset`. `encoding` is the content-transfer-encoding to take off while streaming."""

    inline: bytes | None = None
    sha256: str | None = None
    offset: int = 0
    length: int = 0
    encoding: Literal["", "base64", "quoted-printable"] = ""


class BlobLocation(Contract):
    """What the bytes of a blob id are made of, in order. `size` is that of the decoded whole, None if not known."""

    segments: list[BlobSegment]
    size: int | None
    type: str
    name: str | None


MAX_DATA_SOURCES = 256
"""Of one creation of Blob/upload (RFC 9404 §4.1)."""

DIGESTS = ("sha", "sha-256", "sha-512")
"""Algorithms of Blob/get's `digest:…` (RFC 9404 §4.2)."""


class BlobSelection(Contract):
    """Left in the objects of a Blob/get response under the key `_selection`; the gateway replaces it by `properties`
    (RFC 9404 §4.2) of the octets from `offset` on, at most `length` (None: all). `size` is that of the whole."""

    location: BlobLocation
    properties: list[str]
    offset: int = 0
    length: int | None = None


class Rendition(Contract):
    """Left in the Email objects of an Email/get or Email/parse response under the key `_rendition`; the gateway
    replaces it.

    The blob `sha256` is JSON: {"parts": {partId: {"value", "isEncodingProblem", "isTruncated"}},
    "safe": {"html", "blocked_remote", "cids"}, "text"}. `body_values` lists the parts to put into `bodyValues`, each
    cut to `max_bytes` (0: not cut, RFC 8621 §4.1.4); `safe_html` asks for `safeHtml`. `inline` maps a Content-ID of
    the message to the blob id of its part.
    """

    sha256: str
    body_values: list[str] = []
    max_bytes: int = 0
    safe_html: bool = False
    inline: dict[str, str] = {}


@rpc_service("mail")
class MailApi(Protocol):
    """Errors of every method: unavailable, deadline-exceeded, internal."""

    def ping(self, request: Ping, /) -> Pong: ...

    def jmap(self, request: JmapBatch, /) -> JmapBatchReply:
        """Mailbox, Thread, Email, SearchSnippet, Identity, EmailSubmission, Blob.

        In Email/set create the gateway has replaced every `bodyValues[partId].value` by {"blob": sha256, "size": n}
        after storing its UTF-8 bytes durably; the other properties of the EmailBodyValue stay.
        In Blob/upload create it has replaced every `data:asText` and `data:asBase64` in the same way by the octets they
        stand for, and what stands for none by null.
        In Email/get and Email/parse responses bodyValues and safeHtml stand as a Rendition; in Blob/get responses each
        object is a BlobSelection.
        """
        ...

    def register_blob(self, request: BlobRegistration, /) -> BlobRegistered: ...

    def locate_blob(self, request: BlobRequest, /) -> BlobLocation:
        """Errors: not-found, also for a blob that exists but is not this account's."""
        ...


class MailStateChanged(StateChanged):
    type: ClassVar[str] = "mail.state.changed"
    consumers: ClassVar[tuple[str, ...]] = ("auth",)
