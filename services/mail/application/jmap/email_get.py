"""Email/get (RFC 8621 §4.2)."""

from collections.abc import Iterable
from typing import Any

from chassis.jmap.batch import Call
from chassis.jmap.errors import MethodError
from chassis.jmap.standard import (
    MAX_OBJECTS_IN_GET,
    Bool,
    GetArguments,
    UnsignedInt,
    check_get,
    get_response,
    parse_arguments,
)
from contracts.jmap import JsonObject
from contracts.mail import Rendition
from services.mail.application.jmap import body_parts
from services.mail.application.jmap.email_properties import (
    BodyProperties,
    EmailProperties,
    body_properties,
    email_properties,
)
from services.mail.application.ports import Blobs
from services.mail.application.rows import EmailRow, MessageRow
from services.mail.application.store import Store, View
from services.mail.domain.dates import utc_date
from services.mail.domain.ids import EMAIL, MAILBOX, THREAD, message_blob_id, part_blob_id, to_id, to_numbers
from services.mail.domain.mime.header_block import read_header_block
from services.mail.domain.mime.limits import HEADER_BLOCK_MAX


class EmailGetArguments(GetArguments):
    bodyProperties: list[str] | None = None
    fetchTextBodyValues: Bool = False
    fetchHTMLBodyValues: Bool = False
    fetchAllBodyValues: Bool = False
    maxBodyValueBytes: UnsignedInt = 0


def get_emails(store: Store, blobs: Blobs, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(EmailGetArguments, arguments)
    properties = email_properties(asked.properties, call.using)
    parts = body_properties(asked.bodyProperties)
    ids = check_get(asked.model_copy(update={"properties": None}), ())
    with store.view(call.account_id) as view:
        state = str(view.state("Email"))
        numbers = _all(view) if ids is None else to_numbers(EMAIL, ids)
        rows = view.emails(numbers, detail=properties.needs_detail)
        described = _Emails(asked, properties, parts, _Headers(view, blobs, rows, properties, parts))
        found = [described.email(row) for row in rows]
    return get_response(call.account_id, state, found, ids)


def _all(view: View) -> list[int]:
    numbers = view.email_ids(MAX_OBJECTS_IN_GET + 1)
    if len(numbers) > MAX_OBJECTS_IN_GET:
        raise MethodError("requestTooLarge", "name the emails")
    return numbers


class _Emails:
    """Makes Email objects of rows."""

    def __init__(
        self, asked: EmailGetArguments, properties: EmailProperties, parts: BodyProperties, headers: "_Headers"
    ) -> None:
        self._asked = asked
        self._names = properties.names
        self._header_properties = properties.headers
        self._parts = parts
        self._headers = headers

    def email(self, row: EmailRow) -> JsonObject:
        email = {name: value for name, value in _columns(row).items() if name in self._names}
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

        def describe(part: body_parts.Part, properties: BodyProperties) -> JsonObject:
            return body_parts.describe(
                row.message_id, part, properties, lambda one: self._headers.of_part(row, structure, one)
            )

        body: JsonObject = {}
        if "bodyStructure" in self._names:
            with_children = BodyProperties((*self._parts.names, "subParts"), self._parts.headers)
            body["bodyStructure"] = describe(structure, with_children)
        for name, stored in (("textBody", "text_body"), ("htmlBody", "html_body"), ("attachments", "attachments")):
            if name in self._names:
                body[name] = [describe(known[part], self._parts) for part in detail.get(stored, ())]
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
        inline = {
            part["cid"]: part_blob_id(row.message_id, part_id) for part_id, part in known.items() if part.get("cid")
        }
        rendition = Rendition(
            sha256=row.rendition,
            body_values=wanted,
            max_bytes=self._asked.maxBodyValueBytes,
            safe_html=wants_safe,
            inline=inline if wants_safe else {},
        )
        return values | {"_rendition": rendition.model_dump(mode="json")}

    def _wanted_values(self, detail: Any, known: dict[str, Any]) -> list[str]:
        wanted: Iterable[str] = ()
        if self._asked.fetchAllBodyValues:
            wanted = known
        else:
            text = detail.get("text_body", ()) if self._asked.fetchTextBodyValues else ()
            html = detail.get("html_body", ()) if self._asked.fetchHTMLBodyValues else ()
            wanted = (*text, *html)
        return [part for part in dict.fromkeys(wanted) if known[part]["type"].startswith("text/")]


def _columns(row: EmailRow) -> JsonObject:
    return {
        "id": to_id(EMAIL, row.id),
        "blobId": message_blob_id(row.message_id),
        "threadId": to_id(THREAD, row.thread_id),
        "mailboxIds": {to_id(MAILBOX, mailbox): True for mailbox in row.mailbox_ids},
        "keywords": dict.fromkeys(row.keywords, True),
        "size": row.size,
        "receivedAt": utc_date(row.received_at),
        "messageId": row.message_ids,
        "inReplyTo": row.in_reply_to,
        "references": row.references,
        "subject": row.subject,
        "sentAt": row.sent_at,
        "hasAttachment": row.has_attachment,
        "preview": row.preview,
        **row.addresses,
    }


class _Headers:
    """Header fields of messages and parts; read from the blob only where the summary does not hold them."""

    def __init__(
        self, view: View, blobs: Blobs, rows: list[EmailRow], properties: EmailProperties, parts: BodyProperties
    ) -> None:
        self._blobs = blobs
        wanted = [
            row.message_id
            for row in rows
            if row.detail is not None
            and (parts.needs_headers or (row.detail.get("headers_truncated") and _wants_headers(properties)))
        ]
        self._messages = {message.id: message for message in view.messages(wanted)} if wanted else {}

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


def _wants_headers(properties: EmailProperties) -> bool:
    return bool(properties.headers) or "headers" in properties.names
