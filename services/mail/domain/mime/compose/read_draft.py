"""A JMAP Email/set create object read into fields and parts, refusing what RFC 8621 §4.6 forbids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.mail.domain.mime.compose.draft import DraftError, DraftPart
from services.mail.domain.mime.compose.properties import WrittenField, header_fields
from services.mail.domain.mime.compose.read_part import Loaders, read_part
from services.mail.domain.mime.header_properties import CONVENIENCE

_NOT_HEADERS = frozenset({"mailboxIds", "keywords", "receivedAt", "bodyValues"})
_BODIES = frozenset({"bodyStructure", "textBody", "htmlBody", "attachments"})
_ATTACHMENTS_MAX = 500


@dataclass(slots=True)
class Draft:
    """fields of the top header block; root: the body, whose own fields follow."""

    fields: list[WrittenField]
    root: DraftPart


def read_draft(given: dict[str, Any], body_value: Callable[[str], bytes] | None, blob: Callable[[str], bytes]) -> Draft:
    """body_value: UTF-8 octets of a partId (KeyError when there is none); blob: octets of a blobId. Both are called
    only when the message is written. Raises DraftError."""
    given = {name: value for name, value in given.items() if value is not None}
    _refuse_unknown(given)
    _refuse_damaged_values(given.get("bodyValues"))
    fields = header_fields(given, "", CONVENIENCE)
    content = [item.path for item in fields if item.field.startswith("content-")]
    if content:
        raise DraftError("Content fields belong to a body part", *content)
    known = given.get("bodyValues")
    loaders = Loaders(set(known) if isinstance(known, dict) else set(), body_value, blob)
    root, root_fields = _root(given, loaders)
    twice = {item.field for item in fields} & {item.field for item in root_fields}
    if twice:
        raise DraftError("the body repeats a header field", *(i.path for i in root_fields if i.field in twice))
    return Draft(fields, root)


def _refuse_unknown(given: dict[str, Any]) -> None:
    known = _NOT_HEADERS | _BODIES | set(CONVENIENCE)
    unknown = [name for name in given if name not in known and not name.startswith("header:")]
    if unknown:
        raise DraftError("not a property that a client sets", *unknown[:50])
    both = [name for name in ("textBody", "htmlBody", "attachments") if name in given]
    if "bodyStructure" in given and both:
        raise DraftError("bodyStructure stands alone", "bodyStructure", *both)


def _refuse_damaged_values(values: Any) -> None:
    if values is None:
        return
    if not isinstance(values, dict) or not all(isinstance(value, dict) for value in values.values()):
        raise DraftError("bodyValues is an object of EmailBodyValue", "bodyValues")
    for name, value in values.items():
        for flag in ("isEncodingProblem", "isTruncated"):
            if value.get(flag):
                raise DraftError(f"{flag} must be false", f"bodyValues/{name}/{flag}")


def _root(given: dict[str, Any], loaders: Loaders) -> tuple[DraftPart, list[WrittenField]]:
    if "bodyStructure" in given:
        return read_part(given["bodyStructure"], "bodyStructure", loaders)
    text = _single(given, "textBody", "text/plain", loaders)
    html = _single(given, "htmlBody", "text/html", loaders)
    return _assemble(text, html, _attachments(given, loaders)), []


def _single(given: dict[str, Any], name: str, media_type: str, loaders: Loaders) -> DraftPart | None:
    parts = given.get(name, [])
    if not isinstance(parts, list) or len(parts) > 1:
        raise DraftError(f"{name} holds exactly one part", name)
    if not parts:
        return None
    part, _ = read_part(parts[0], f"{name}[0]", loaders, default_type=media_type)
    if part.type != media_type:
        raise DraftError(f"{name} is {media_type}", f"{name}[0]/type")
    return part


def _attachments(given: dict[str, Any], loaders: Loaders) -> list[DraftPart]:
    listed = given.get("attachments", [])
    if not isinstance(listed, list) or len(listed) > _ATTACHMENTS_MAX:
        raise DraftError(f"attachments is a list of at most {_ATTACHMENTS_MAX} parts", "attachments")
    parts = [read_part(item, f"attachments[{index}]", loaders)[0] for index, item in enumerate(listed)]
    for part in parts:
        part.disposition = part.disposition or "attachment"
    return parts


def _assemble(text: DraftPart | None, html: DraftPart | None, attachments: list[DraftPart]) -> DraftPart:
    """alternative(text, related(html, inline parts)), all in a mixed with what is attached."""
    inline = [part for part in attachments if html is not None and part.disposition == "inline" and part.cid]
    attached = [part for part in attachments if part not in inline]
    if html is not None and inline:
        html = DraftPart("multipart/related", {"type": "text/html"}, children=[html, *inline])
    bodies = [part for part in (text, html) if part is not None]
    body = DraftPart("multipart/alternative", children=bodies) if len(bodies) == 2 else bodies[0] if bodies else None
    if attached:
        return DraftPart("multipart/mixed", children=[*([body] if body else []), *attached])
    return body or DraftPart("text/plain", load=bytes, is_body_value=True)
