"""RFC 8621 §4.1.4: the tree as bodyStructure, and its division into textBody, htmlBody and attachments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.mail.domain.mime.charsets import decode_octets
from services.mail.domain.mime.header_block import first_value, unfold
from services.mail.domain.mime.leaves import LeafReader
from services.mail.domain.mime.limits import NAME_MAX, TOKEN_MAX
from services.mail.domain.mime.parameters import parameter_octets, parameter_text, strip_comments
from services.mail.domain.mime.rendition import PartValue
from services.mail.domain.mime.splitter import Part
from services.mail.domain.mime.summary import BodyPart

_LANGUAGES_MAX = 50


@dataclass(slots=True)
class Structure:
    """root: the bodyStructure. values: partId → text of every text/* leaf. The three lists hold leaves of root."""

    root: BodyPart
    values: dict[str, PartValue]
    text_body: list[BodyPart] = field(default_factory=list)
    html_body: list[BodyPart] = field(default_factory=list)
    attachments: list[BodyPart] = field(default_factory=list)


def build_structure(data: bytes, tree: Part) -> Structure:
    """Decodes every leaf once, for its size and text. Messages inside message/rfc822 are leaves, as the RFC says."""
    values: dict[str, PartValue] = {}
    root = _body_part(tree, LeafReader(data), values)
    structure = Structure(root, values)
    divide(structure)
    return structure


def leaves_of(part: BodyPart) -> Iterator[BodyPart]:
    """The parts that have a partId, in order."""
    if part.sub_parts is None:
        yield part
    else:
        for child in part.sub_parts:
            yield from leaves_of(child)


def divide(structure: Structure) -> None:
    """The RFC's suggested algorithm (parseStructure), on [root] as the parts of a multipart/mixed."""
    text: list[BodyPart] = []
    html: list[BodyPart] = []
    _divide([structure.root], "mixed", False, html, text, structure.attachments)
    structure.text_body, structure.html_body = text, html


def has_attachment(attachments: list[BodyPart], embedded: set[str]) -> bool:
    """RFC 8621 §4.1.4: something to offer for download; images that the HTML shows (their cids) do not count."""
    return any(part.disposition != "inline" and (part.cid is None or part.cid not in embedded) for part in attachments)


def _body_part(part: Part, reader: LeafReader, values: dict[str, PartValue]) -> BodyPart:
    found = BodyPart(
        type=part.media.main[:TOKEN_MAX],
        name=_name(part),
        disposition=part.disposition.main[:TOKEN_MAX] or None,
        cid=_identifier(part),
        language=_languages(part),
        location=_location(part),
        encoding=part.encoding,
        header_start=part.header_start,
        body_start=part.body_start,
        body_end=part.body_end,
    )
    if part.is_multipart:
        found.sub_parts = [_body_part(child, reader, values) for child in part.children]
        return found
    leaf = reader.read(part)
    found.part_id, found.size, found.encoding_problem = part.section, leaf.size, leaf.problem
    found.encoding, found.body_end = leaf.extent.encoding, part.body_start + leaf.extent.length
    if leaf.value is not None:
        found.charset = (parameter_octets(part.media, "charset") or "us-ascii")[:TOKEN_MAX]
        values[part.section] = leaf.value
    return found


def _name(part: Part) -> str | None:
    if part.unparsed:
        return "message.eml"
    return parameter_text(part.disposition, "filename") or parameter_text(part.media, "name")


def _identifier(part: Part) -> str | None:
    value = _header_text(part, b"content-id")
    if value is None:
        return None
    opening, closing = value.find("<"), value.rfind(">")
    inner = value[opening + 1 : closing] if 0 <= opening < closing else value
    return inner.strip()[:NAME_MAX] or None


def _languages(part: Part) -> list[str] | None:
    value = _header_text(part, b"content-language")
    tags = [tag.strip()[:NAME_MAX] for tag in (value or "").split(",", _LANGUAGES_MAX)[:_LANGUAGES_MAX]]
    return [tag for tag in tags if tag] or None


def _location(part: Part) -> str | None:
    value = _header_text(part, b"content-location")
    return "".join(value.split())[:TOKEN_MAX] or None if value else None


def _header_text(part: Part, name: bytes) -> str | None:
    value = first_value(part.fields, name)
    return None if value is None else strip_comments(decode_octets(unfold(value[: 4 * TOKEN_MAX]))).strip()


def _divide(
    parts: list[BodyPart],
    multipart_type: str,
    in_alternative: bool,
    html: list[BodyPart] | None,
    text: list[BodyPart] | None,
    attachments: list[BodyPart],
) -> None:
    text_length = -1 if text is None else len(text)
    html_length = -1 if html is None else len(html)
    for index, part in enumerate(parts):
        if part.sub_parts is not None:
            kind = part.type.split("/", 1)[1]
            _divide(part.sub_parts, kind, in_alternative or kind == "alternative", html, text, attachments)
        elif not _is_inline(part, index, multipart_type):
            attachments.append(part)
        elif multipart_type == "alternative":
            chosen = {"text/plain": text, "text/html": html}.get(part.type, attachments)
            if chosen is not None:
                chosen.append(part)
        else:
            if in_alternative and part.type == "text/plain":
                html = None
            if in_alternative and part.type == "text/html":
                text = None
            if text is not None:
                text.append(part)
            if html is not None:
                html.append(part)
            if (text is None or html is None) and _is_media(part.type):
                attachments.append(part)
    if multipart_type == "alternative" and text is not None and html is not None:
        only_html = len(text) == text_length and len(html) != html_length
        only_text = len(html) == html_length and len(text) != text_length
        if only_html:
            text.extend(html[html_length:])
        if only_text:
            html.extend(text[text_length:])


def _is_media(media_type: str) -> bool:
    return media_type.startswith(("image/", "audio/", "video/"))


def _is_inline(part: BodyPart, index: int, multipart_type: str) -> bool:
    """A body part and no attachment: in multipart/related only the first; a named text only when it is first."""
    if part.disposition == "attachment" or not (part.type in {"text/plain", "text/html"} or _is_media(part.type)):
        return False
    return index == 0 or (multipart_type != "related" and (_is_media(part.type) or not part.name))
