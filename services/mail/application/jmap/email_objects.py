"""Email objects (RFC 8621 §4.1), out of what the parser left of a message."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from chassis.jmap.standard import Bool, UnsignedInt
from contracts.jmap import JsonObject
from contracts.mail import Rendition
from services.mail.application.jmap import body_parts
from services.mail.application.jmap.email_properties import BodyProperties, EmailProperties, body_properties
from services.mail.application.jmap.email_snooze import SNOOZED, describe_snooze
from services.mail.application.ports import Blobs
from services.mail.application.rows import ADDRESS_LISTS, EmailRow, MessageRow
from services.mail.application.store import View
from services.mail.domain.dates import utc_date
from services.mail.domain.ids import EMAIL, MAILBOX, THREAD, message_blob_id, part_blob_id, to_id
from services.mail.domain.mime.header_block import read_header_block
from services.mail.domain.mime.limits import HEADER_BLOCK_MAX

PartBlob = Callable[[EmailRow, body_parts.Part], str]
"""The blob id of a part that is no multipart."""

Readers = Mapping[str, Callable[[EmailRow], Any]]
"""How properties are read off a row."""


class BodyArguments(BaseModel):
    """The arguments that Email/get (§4.2) and Email/parse (§4.9) share."""

    bodyProperties: list[str] | None = None
    fetchTextBodyValues: Bool = False
    fetchHTMLBodyValues: Bool = False
    fetchAllBodyValues: Bool = False
    maxBodyValueBytes: UnsignedInt = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of each Email."""

    properties: EmailProperties
    parts: BodyProperties = field(default_factory=lambda: body_properties(None))
    body: BodyArguments = field(default_factory=BodyArguments)

    @property
    def wants_header_fields(self) -> bool:
        return bool(self.properties.headers) or "headers" in self.properties.names


def stored_emails(view: View, blobs: Blobs, numbers: Sequence[int], wanted: Wanted) -> list[JsonObject]:
    """The Email objects of those that are the account's."""
    rows = view.emails(numbers, wanted.properties.columns)
    unread = [row.message_id for row in rows if _lacks_header_fields(row, wanted)]
    messages = {message.id: message for message in view.messages(unread)} if unread else {}
    headers = HeaderFields(blobs, messages)
    objects = EmailObjects(wanted, headers, lambda row, part: _stored_part(row.message_id, part), METADATA)
    found = [objects.email(row) for row in rows]
    if SNOOZED in wanted.properties.names:
        snoozes = {row.email_id: row for row in view.snoozes(numbers)}
        for row, email in zip(rows, found, strict=True):
            email[SNOOZED] = describe_snooze(snoozes.get(row.id))
    return found


def _lacks_header_fields(row: EmailRow, wanted: Wanted) -> bool:
    if row.detail is None:
        return False
    return wanted.parts.needs_headers or (bool(row.detail.get("headers_truncated")) and wanted.wants_header_fields)


def _stored_part(message: int, part: body_parts.Part) -> str:
    return part_blob_id(message, part["partId"])


METADATA: Readers = {
    "id": lambda row: to_id(EMAIL, row.id),
    "blobId": lambda row: message_blob_id(row.message_id),
    "threadId": lambda row: to_id(THREAD, row.thread_id),
    "mailboxIds": lambda row: {to_id(MAILBOX, mailbox): True for mailbox in row.mailbox_ids},
    "keywords": lambda row: dict.fromkeys(row.keywords, True),
    "receivedAt": lambda row: utc_date(row.received_at),
}
"""§4.1.1."""


class HeaderFields:
    """Header fields of messages and parts; read from the blob only where the summary does not hold them."""

    def __init__(self, blobs: Blobs, messages: Mapping[int, MessageRow]) -> None:
        """messages: those that may have to be read, by id."""
        self._blobs = blobs
        self._messages = messages

    def of_message(self, row: EmailRow) -> body_parts.Headers:
        detail = row.detail or {}
        if not detail.get("headers_truncated") or row.message_id not in self._messages:
            return [(name, value) for name, value in detail.get("headers", ())]
        return self._read(self._messages[row.message_id], 0, detail["body_structure"]["bodyStart"])

    def of_part(self, row: EmailRow, structure: body_parts.Part, part: body_parts.Part) -> body_parts.Headers:
        if part is structure:
            return self.of_message(row)
        return self._read(self._messages[row.message_id], part["headerStart"], part["bodyStart"])

    def _read(self, message: MessageRow, start: int, end: int) -> body_parts.Headers:
        """Offsets count from the first octet of the trace."""
        traced, length = len(message.trace), min(end - start, HEADER_BLOCK_MAX)
        octets = message.trace[start : start + length]
        if len(octets) < length:
            octets += self._blobs.read(message.sha256, max(0, start - traced), length - len(octets))
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in read_header_block(octets).fields]


class EmailObjects:
    """Makes Email objects of rows."""

    def __init__(self, wanted: Wanted, headers: HeaderFields, part_blob: PartBlob, metadata: Readers) -> None:
        """metadata: of §4.1.1, but `size`."""
        self._names = wanted.properties.names
        self._readers = [
            (name, read) for readers in (metadata, _COLUMNS) for name, read in readers.items() if name in self._names
        ]
        self._header_properties = wanted.properties.headers
        self._parts = wanted.parts
        self._body_arguments = wanted.body
        self._headers = headers
        self._part_blob = part_blob

    def email(self, row: EmailRow) -> JsonObject:
        email: JsonObject = {name: read(row) for name, read in self._readers}
        if self._header_properties:
            fields = self._headers.of_message(row)
            email |= {name: wanted.value(fields) for name, wanted in self._header_properties.items()}
        if "headers" in self._names:
            email["headers"] = body_parts.raw_headers(self._headers.of_message(row))
        if row.detail is not None:
            email |= self._body(row, row.detail)
        return email

    def _body(self, row: EmailRow, detail: Any) -> JsonObject:
        structure = detail["body_structure"]
        known = {part["partId"]: part for part in body_parts.walk(structure) if part.get("partId") is not None}
        source = body_parts.Source(
            blob_id=lambda part: self._part_blob(row, part),
            read_headers=lambda part: self._headers.of_part(row, structure, part),
        )
        body: JsonObject = {}
        if "bodyStructure" in self._names:
            with_children = BodyProperties((*self._parts.names, "subParts"), self._parts.headers)
            body["bodyStructure"] = body_parts.describe(structure, with_children, source)
        for name, stored in (("textBody", "text_body"), ("htmlBody", "html_body"), ("attachments", "attachments")):
            if name in self._names:
                body[name] = [body_parts.describe(known[part], self._parts, source) for part in detail.get(stored, ())]
        return body | self._values(row, detail, known)

    def _values(self, row: EmailRow, detail: Any, known: dict[str, Any]) -> JsonObject:
        """What the gateway fills from the rendition (contracts.mail.Rendition)."""
        wants_safe = "safeHtml" in self._names
        wanted = self._wanted_values(detail, known) if "bodyValues" in self._names else []
        values: JsonObject = {"bodyValues": {}} if "bodyValues" in self._names else {}
        if wants_safe:
            values["safeHtml"] = None
        if row.rendition is None or not (wants_safe or wanted):
            return values
        inline = {part["cid"]: self._part_blob(row, part) for part in known.values() if part.get("cid")}
        rendition = Rendition(
            sha256=row.rendition,
            body_values=wanted,
            max_bytes=self._body_arguments.maxBodyValueBytes,
            safe_html=wants_safe,
            inline=inline if wants_safe else {},
        )
        return values | {"_rendition": rendition.model_dump(mode="json")}

    def _wanted_values(self, detail: Any, known: dict[str, Any]) -> list[str]:
        wanted: Iterable[str] = ()
        if self._body_arguments.fetchAllBodyValues:
            wanted = known
        else:
            text = detail.get("text_body", ()) if self._body_arguments.fetchTextBodyValues else ()
            html = detail.get("html_body", ()) if self._body_arguments.fetchHTMLBodyValues else ()
            wanted = (*text, *html)
        return [part for part in dict.fromkeys(wanted) if known[part]["type"].startswith("text/")]


def _addresses(name: str) -> Callable[[EmailRow], Any]:
    return lambda row: row.addresses.get(name)


_COLUMNS: Readers = {
    "size": lambda row: row.size,
    "messageId": lambda row: row.message_ids,
    "inReplyTo": lambda row: row.in_reply_to,
    "references": lambda row: row.references,
    "subject": lambda row: row.subject,
    "sentAt": lambda row: row.sent_at,
    "hasAttachment": lambda row: row.has_attachment,
    "preview": lambda row: row.preview,
    **{name: _addresses(name) for name in ADDRESS_LISTS},
}
