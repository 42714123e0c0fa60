"""What one pass over a message leaves behind: the summary the store keeps as JSON.

Pure data. The parser pool makes it (services/mail/parser), the store keeps `to_json()` of it, and JMAP and IMAP
answer from it without opening the message again. Its JSON is at most SUMMARY_MAX octets.

Offsets and `size` count octets of *trace block + original*, the bytes that a client downloads as the message.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue
from pydantic.alias_generators import to_camel

SUMMARY_MAX = 200_000
SUMMARY_VERSION = 1


class EmailAddress(BaseModel):
    """RFC 8621 §4.1.2.3."""

    name: str | None = None
    email: str


class EmailAddressGroup(BaseModel):
    """RFC 8621 §4.1.2.4; `name` is null for addresses that are in no group."""

    name: str | None = None
    addresses: list[EmailAddress] = Field(default_factory=list)


class BodyPart(BaseModel):
    """One node of RFC 8621 §4.1.4 bodyStructure, JSON keys in the RFC's spelling, plus where its octets are.

    partId     IMAP section number ("1", "2.1"); None exactly when the node is multipart/*.
    type       lower case, no parameters. What could not be taken apart is "application/octet-stream".
    size       octets after the transfer encoding is undone (0 for a multipart).
    encoding   "identity" | "base64" | "quoted-printable": how to decode data[bodyStart:bodyEnd].
    headerStart, bodyStart, bodyEnd: offsets; the part's own header block is data[headerStart:bodyStart]. What a mailing
                 list wrote under base64 is not in the body.
    encodingProblem: unknown transfer encoding or charset, or octets that break it (EmailBodyValue.isEncodingProblem).
    disposition, charset, name, cid, language, location, subParts: as the RFC says.
    """

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    part_id: str | None = None
    type: str
    name: str | None = None
    charset: str | None = None
    disposition: str | None = None
    cid: str | None = None
    language: list[str] | None = None
    location: str | None = None
    size: int = 0
    encoding: Literal["identity", "base64", "quoted-printable"] = "identity"
    encoding_problem: bool = False
    header_start: int
    body_start: int
    body_end: int
    sub_parts: list[BodyPart] | None = None


class Invitation(BaseModel):
    """A text/calendar part with a METHOD: an iMIP message (RFC 6047). method: "REQUEST", "REPLY", "CANCEL"…"""

    part_id: str
    method: str


class ParseSummary(BaseModel):
    """Everything that the store and its readers need of one message.

    state            "parsed": all of it. "text-only": HTML gave up (time, size), the text stands in for it.
                     "headers-only": only the header block was read; the body is one raw attachment.
                     "unparsed": nothing could be read; the whole message is one raw attachment "message.eml".
    problem          why state is not "parsed" ("timeout", "crash", "memory", "html-limits"…), else None.
    sha256, size     of the original (without trace), and of trace + original.
    headers          every field of the top header block in order, (name, octets): the value is the raw octets after
                     the colon, without the last CRLF, one character per octet (latin-1): feed
                     `value.encode("latin-1")` to header_forms.
    headers_truncated  headers or an address list was cut to fit: read the block from the blob instead
                     (data[:body_structure.body_start], through header_block.read_header_block).
    subject … sent_at  the convenience properties of RFC 8621 §4.1.3; sent_at is RFC 3339 with its own zone.
    base_subject     RFC 5256 §2.1 (French prefixes too), case-folded: equal within a conversation. is_reply: it had
                     "Re:" or the like.
    text_body, html_body, attachments  partIds in the RFC's order (RFC 8621 §4.1.4 parseStructure).
    preview          ≤ 256 characters. search_text: plain text of the body and names of attachments, ≤ 100 kB.
    envelope, imap_body_structure  IMAP raw material, nested lists in the order of RFC 3501 §7.4.2 (list =
                     parenthesised, None = NIL; strings are octets as latin-1). imap_body_structure is None
                     when too large: then it is in the rendition ("imap_body_structure").
    rendition        sha256 of the rendition blob (see rendition.py), None when there is none.
    """

    version: int = SUMMARY_VERSION
    state: Literal["parsed", "text-only", "headers-only", "unparsed"] = "parsed"
    problem: str | None = None
    sha256: str = ""
    size: int = 0
    headers: list[tuple[str, str]] = Field(default_factory=list)
    headers_truncated: bool = False
    subject: str | None = None
    from_: list[EmailAddress] | None = Field(default=None, alias="from")
    to: list[EmailAddress] | None = None
    cc: list[EmailAddress] | None = None
    bcc: list[EmailAddress] | None = None
    reply_to: list[EmailAddress] | None = None
    sender: list[EmailAddress] | None = None
    message_id: list[str] | None = None
    in_reply_to: list[str] | None = None
    references: list[str] | None = None
    sent_at: str | None = None
    base_subject: str = ""
    is_reply: bool = False
    body_structure: BodyPart
    text_body: list[str] = Field(default_factory=list)
    html_body: list[str] = Field(default_factory=list)
    attachments: list[str] = Field(default_factory=list)
    has_attachment: bool = False
    preview: str = ""
    search_text: str = ""
    invitation: Invitation | None = None
    envelope: list[JsonValue] = Field(default_factory=list)
    imap_body_structure: list[JsonValue] | None = None
    rendition: str | None = None

    model_config = ConfigDict(populate_by_name=True)

    def to_json(self) -> dict[str, Any]:
        """The stored form: RFC spelling inside body_structure, absent instead of null everywhere."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
