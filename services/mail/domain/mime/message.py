"""One pass over a message: octets in, summary and rendition out. Pure; linear; the same result each time."""

from __future__ import annotations

from services.mail.domain.mime import header_forms
from services.mail.domain.mime.base_subject import base_subject
from services.mail.domain.mime.body_text import displayed_body, preview_of, search_text_of
from services.mail.domain.mime.header_block import Field, last_value
from services.mail.domain.mime.imap_structure import body_structure, envelope
from services.mail.domain.mime.invitations import find_invitation
from services.mail.domain.mime.limits import PARTS_MAX
from services.mail.domain.mime.rendition import Rendition
from services.mail.domain.mime.splitter import Part, split, split_headers
from services.mail.domain.mime.structure import Structure, build_structure, has_attachment
from services.mail.domain.mime.summary import BodyPart, EmailAddress, ParseSummary

_STRUCTURE_MAX = 50_000
_FEWER_PARTS = (PARTS_MAX, 250, 60, 12, 1)


def read_message(data: bytes, *, with_html: bool = True) -> tuple[ParseSummary, Rendition]:
    """Takes `data` (trace block and original) apart. with_html=False leaves the sanitiser out: text only."""
    tree, structure = _split_to_fit(data)
    displayed = displayed_body(structure, with_html=with_html)
    safe_cids = {image.cid for image in displayed.safe.cids} if displayed.safe else set()
    imap_body = body_structure(data, tree)
    summary = _summary(data, tree, structure.root)
    summary.text_body = _identifiers(structure.text_body)
    summary.html_body = _identifiers(structure.html_body)
    summary.attachments = _identifiers(structure.attachments)
    summary.has_attachment = has_attachment(structure.attachments, safe_cids)
    summary.preview = preview_of(displayed.text)
    summary.search_text = search_text_of(displayed.text, structure)
    summary.invitation = find_invitation(tree, structure.values)
    summary.imap_body_structure = imap_body
    if displayed.html_problem:
        summary.state, summary.problem = "text-only", displayed.html_problem
    rendition = Rendition(
        parts=structure.values, safe=displayed.safe, text=displayed.text, imap_body_structure=imap_body
    )
    return summary, rendition


def read_headers_only(data: bytes) -> ParseSummary:
    """The cheap path: top header block only, the body is one raw attachment."""
    tree = split_headers(data)
    root = build_structure(data, tree).root
    summary = _summary(data, tree, root)
    summary.state = "headers-only"
    summary.attachments, summary.has_attachment = ["1"], True
    summary.imap_body_structure = body_structure(data, tree)
    return summary


def unparsed_summary(size: int) -> ParseSummary:
    """Nothing is known but the size: the whole message is one raw attachment."""
    root = BodyPart(
        part_id="1",
        type="application/octet-stream",
        name="message.eml",
        disposition="attachment",
        size=size,
        header_start=0,
        body_start=0,
        body_end=size,
    )
    return ParseSummary(state="unparsed", size=size, body_structure=root, attachments=["1"], has_attachment=True)


def _split_to_fit(data: bytes) -> tuple[Part, Structure]:
    """A tree whose description fits the summary: with very many long-named parts, fewer are told apart."""
    for parts_max in _FEWER_PARTS:
        tree = split(data, parts_max)
        structure = build_structure(data, tree)
        size = len(structure.root.model_dump_json(by_alias=True, exclude_none=True).encode())
        if size <= _STRUCTURE_MAX:
            break
    return tree, structure


def _summary(data: bytes, tree: Part, root: BodyPart) -> ParseSummary:
    fields = tree.fields
    subject = last_value(fields, b"subject")
    decoded = None if subject is None else header_forms.as_text(subject)
    base = base_subject(decoded)
    date = last_value(fields, b"date")
    return ParseSummary(
        size=len(data),
        headers=[(field.name.decode("latin-1"), _octets(field.value)) for field in fields],
        headers_truncated=tree.headers_truncated,
        subject=decoded,
        from_=_addresses(fields, b"from"),
        to=_addresses(fields, b"to"),
        cc=_addresses(fields, b"cc"),
        bcc=_addresses(fields, b"bcc"),
        reply_to=_addresses(fields, b"reply-to"),
        sender=_addresses(fields, b"sender"),
        message_id=_message_ids(fields, b"message-id"),
        in_reply_to=_message_ids(fields, b"in-reply-to"),
        references=_message_ids(fields, b"references"),
        sent_at=None if date is None else header_forms.as_date(date),
        base_subject=base.text,
        is_reply=base.is_reply,
        body_structure=root,
        envelope=envelope(fields),
    )


def _octets(value: bytes) -> str:
    """One character per octet. NUL is dropped, as every form of RFC 8621 §4.1.2 does: jsonb cannot hold it."""
    return value.replace(b"\x00", b"").decode("latin-1")


def _addresses(fields: list[Field], name: bytes) -> list[EmailAddress] | None:
    value = last_value(fields, name)
    return None if value is None else header_forms.as_addresses(value)


def _message_ids(fields: list[Field], name: bytes) -> list[str] | None:
    value = last_value(fields, name)
    return None if value is None else header_forms.as_message_ids(value)


def _identifiers(parts: list[BodyPart]) -> list[str]:
    return [part.part_id for part in parts if part.part_id is not None]
