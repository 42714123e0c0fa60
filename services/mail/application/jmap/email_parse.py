"""Email/parse (RFC 8621 §4.9): messages that are in no mailbox, uploaded or attached to another."""

from dataclasses import replace
from datetime import UTC, datetime

from chassis.jmap.batch import Call
from chassis.jmap.errors import MethodError
from chassis.jmap.standard import Arguments, Id, parse_arguments
from contracts.jmap import JsonObject
from services.mail.application.blob_access import Octets, as_blob, find_octets
from services.mail.application.jmap import body_parts
from services.mail.application.jmap.context import Mail
from services.mail.application.jmap.email_objects import (
    BodyArguments,
    EmailObjects,
    HeaderFields,
    Readers,
    Wanted,
)
from services.mail.application.jmap.email_properties import (
    BODY_LISTS,
    CONVENIENCE,
    METADATA,
    EmailProperties,
    body_properties,
    email_properties,
)
from services.mail.application.rows import ADDRESS_LISTS, BlobRow, EmailRow, MessageRow
from services.mail.domain.ids import parse_blob_id, part_blob_id, slice_blob_id
from services.mail.domain.mime.summary import ParseSummary
from services.mail.parser.protocol import ParserUnavailable

DEFAULT = (*CONVENIENCE, "hasAttachment", "preview", "bodyValues", *BODY_LISTS)
NEVER = datetime.min.replace(tzinfo=UTC)
MAX_PARSED = 100
"""Blobs of one call: each may take the parser as long as a whole delivery."""


class EmailParseArguments(Arguments, BodyArguments):
    blobIds: list[Id]
    properties: list[str] | None = None


def parse_emails(mail: Mail, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(EmailParseArguments, arguments)
    wanted = Wanted(_properties(asked.properties, call.using), body_properties(asked.bodyProperties), asked)
    blob_ids = list(dict.fromkeys(asked.blobIds))
    if len(blob_ids) > MAX_PARSED:
        raise MethodError("requestTooLarge", f"at most {MAX_PARSED} blobs")
    with mail.store.view(call.account_id) as view:
        found = find_octets(view, blob_ids)
    parsed = {blob_id: _parse(mail, call, blob_id, found[blob_id], wanted) for blob_id in blob_ids if blob_id in found}
    return {
        "accountId": call.account_id,
        "parsed": {blob_id: email for blob_id, email in parsed.items() if email is not None} or None,
        "notParsable": [blob_id for blob_id, email in parsed.items() if email is None] or None,
        "notFound": [blob_id for blob_id in blob_ids if blob_id not in found] or None,
    }


def _properties(asked: list[str] | None, using: frozenset[str]) -> EmailProperties:
    """Here the id is a property like any other."""
    names = list(DEFAULT) if asked is None else asked
    properties = email_properties(names, using)
    return replace(properties, names=properties.names & frozenset(names))


def _parse(mail: Mail, call: Call, blob_id: str, octets: Octets, wanted: Wanted) -> JsonObject | None:
    """None for what is no message."""
    if octets.size is not None and octets.size > mail.max_message_bytes:
        return None
    message = _message_of(blob_id)
    sha256 = octets.sha256 if message else as_blob(octets, mail.blobs, mail.max_message_bytes)
    trace = octets.prefix if message else b""
    try:
        summary = mail.parser.parse(sha256, trace)
    except ParserUnavailable:
        raise MethodError("serverUnavailable") from None
    if not summary.headers:
        return None
    if message == 0 and not octets.is_whole_blob:
        mail.store.register_blob(call.account_id, BlobRow(sha256, summary.size, "message/rfc822"))
    row = _row(summary, message)
    where = MessageRow(message, sha256, trace, summary.size, row.detail or {})
    return EmailObjects(wanted, HeaderFields(mail.blobs, {message: where}), _part_blob, _metadata(blob_id)).email(row)


def _message_of(blob_id: str) -> int:
    """The number of a message of the account: the parts of a whole one have ids already. Else 0."""
    read = parse_blob_id(blob_id)
    return 0 if read is None or read.message is None or read.part is not None else read.message


def _part_blob(row: EmailRow, part: body_parts.Part) -> str:
    if row.message_id:
        return part_blob_id(row.message_id, part["partId"])
    return slice_blob_id(row.sha256, part["bodyStart"], part["bodyEnd"], part["encoding"])


def _metadata(blob_id: str) -> Readers:
    """§4.9: null, since it is in no mailbox; the size is known all the same."""
    nothing: Readers = {name: lambda _: None for name in METADATA if name != "size"}
    return {**nothing, "blobId": lambda _: blob_id}


def _row(summary: ParseSummary, message: int) -> EmailRow:
    lists = (summary.from_, summary.to, summary.cc, summary.bcc, summary.reply_to, summary.sender)
    return EmailRow(
        id=0,
        message_id=message,
        thread_id=0,
        received_at=NEVER,
        keywords=[],
        mailbox_ids=[],
        sha256=summary.sha256,
        size=summary.size,
        has_attachment=summary.has_attachment,
        subject=summary.subject,
        sent_at=summary.sent_at,
        message_ids=summary.message_id,
        in_reply_to=summary.in_reply_to,
        references=summary.references,
        preview=summary.preview,
        rendition=summary.rendition,
        addresses={
            name: [one.model_dump() for one in found]
            for name, found in zip(ADDRESS_LISTS, lists, strict=True)
            if found is not None
        },
        detail=summary.to_json(),
    )
