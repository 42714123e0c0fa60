"""One EmailBodyPart of a draft (RFC 8621 §4.1.4 and §4.6), read and checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from services.mail.domain.mime.compose.draft import DraftError, DraftPart
from services.mail.domain.mime.compose.field_values import write_field
from services.mail.domain.mime.compose.properties import WrittenField, header_fields
from services.mail.domain.mime.limits import DEPTH_MAX, PARTS_MAX
from services.mail.domain.mime.parameters import read_structured

_PROPERTIES = frozenset(
    {"partId", "blobId", "size", "name", "type", "charset", "disposition", "cid", "language", "location", "subParts"}
)
_TYPE = re.compile(r"[a-z0-9!#$&.^_+-]{1,60}/[a-z0-9!#$&.^_+-]{1,100}\Z")
_TOKEN = re.compile(r"[A-Za-z0-9!#$&.^_+-]{1,60}\Z")
_CID = re.compile(r"[!-;=?-~]{1,250}\Z")
_LOCATION = re.compile(r"[!-~]{1,900}\Z")
_NAME_MAX = 255
_OF_PROPERTY = {
    "content-type": ("type", "charset"),
    "content-disposition": ("disposition",),
    "content-id": ("cid",),
    "content-language": ("language",),
    "content-location": ("location",),
}
_OURS = frozenset({"content-type", "content-disposition"})


@dataclass(slots=True)
class Loaders:
    """known: the partIds in bodyValues. Counts the parts that are read."""

    known: set[str]
    body_value: Callable[[str], bytes] | None
    blob: Callable[[str], bytes]
    parts: int = field(default=0)


def read_part(
    given: Any, path: str, loaders: Loaders, *, default_type: str | None = None, depth: int = 0
) -> tuple[DraftPart, list[WrittenField]]:
    """The part, and the fields that its `header:…` properties wrote. Raises DraftError."""
    if not isinstance(given, dict):
        raise DraftError("a body part is an object", path)
    loaders.parts += 1
    if depth > DEPTH_MAX or loaders.parts > PARTS_MAX:
        raise DraftError("too many parts, or too deep", path)
    given = {name: value for name, value in given.items() if value is not None}
    unknown = [f"{path}/{name}" for name in given if name not in _PROPERTIES and not name.startswith("header:")]
    if unknown:
        raise DraftError("not a property that a client sets", *unknown[:50])
    written = header_fields(given, path + "/", ())
    _refuse_conflicts(given, path, written)
    part = _described(given, path, written, default_type)
    if part.type.startswith("multipart/"):
        _fill_multipart(part, given, path, loaders, depth)
    else:
        _fill_leaf(part, given, path, loaders)
    return part, written


def _refuse_conflicts(given: dict[str, Any], path: str, written: list[WrittenField]) -> None:
    for item in written:
        if item.field in {"content-transfer-encoding", "mime-version"}:
            raise DraftError("the server chooses it", item.path)
        twice = [f"{path}/{name}" for name in _OF_PROPERTY.get(item.field, ()) if name in given]
        if twice:
            raise DraftError("two properties stand for one header field", item.path, *twice)


def _described(given: dict[str, Any], path: str, written: list[WrittenField], default_type: str | None) -> DraftPart:
    media = _written_value(written, "content-type")
    fallback = default_type or ("text/plain" if "partId" in given else "application/octet-stream")
    media_type = _matching(given, "type", path, _TYPE, lower=True) or (media.main if media else fallback)
    if not _TYPE.match(media_type):
        raise DraftError("not a media type", f"{path}/type")
    disposition = _written_value(written, "content-disposition")
    parameters = {} if media is None else {n: v for n, v in media.parameters.items() if _TOKEN.match(n)}
    name = _text(given, "name", path)
    part = DraftPart(
        type=media_type,
        parameters={n: v for n, v in parameters.items() if n not in {"boundary", "charset", "name"}},
        charset=_matching(given, "charset", path, _TOKEN) or parameters.get("charset"),
        name=name or parameters.get("name"),
        disposition=_matching(given, "disposition", path, _TOKEN, lower=True),
        cid=_matching(given, "cid", path, _CID),
    )
    if disposition is not None:
        part.disposition = disposition.main if _TOKEN.match(disposition.main) else None
        part.name = name or disposition.parameters.get("filename") or part.name
    part.fields = [item.octets for item in written if item.field not in _OURS]
    part.fields += _described_fields(given, path, part.cid)
    return part


def _described_fields(given: dict[str, Any], path: str, cid: str | None) -> list[bytes]:
    fields: list[bytes] = []
    if cid:
        fields.append(write_field("Content-ID", "MessageIds", [cid]))
    location = _matching(given, "location", path, _LOCATION)
    if location:
        fields.append(write_field("Content-Location", "Raw", " " + location))
    languages = given.get("language")
    if languages is not None:
        if not isinstance(languages, list) or not all(isinstance(one, str) and _TOKEN.match(one) for one in languages):
            raise DraftError("language is a list of tags", f"{path}/language")
        fields.append(write_field("Content-Language", "Text", ", ".join(languages)))
    return fields


def _fill_multipart(part: DraftPart, given: dict[str, Any], path: str, loaders: Loaders, depth: int) -> None:
    refused = [f"{path}/{name}" for name in ("partId", "blobId", "charset", "size") if name in given]
    children = given.get("subParts")
    if refused or not isinstance(children, list) or not children:
        raise DraftError("a multipart has subParts and no content of its own", *(refused or [f"{path}/subParts"]))
    for index, child in enumerate(children):
        part.children.append(read_part(child, f"{path}/subParts[{index}]", loaders, depth=depth + 1)[0])


def _fill_leaf(part: DraftPart, given: dict[str, Any], path: str, loaders: Loaders) -> None:
    if "subParts" in given:
        raise DraftError("only a multipart has subParts", f"{path}/subParts")
    if ("partId" in given) == ("blobId" in given):
        raise DraftError("a part has either partId or blobId", f"{path}/partId", f"{path}/blobId")
    if "blobId" in given:
        part.load = partial(loaders.blob, _text(given, "blobId", path) or "")
        return
    part_id = _text(given, "partId", path) or ""
    refused = [f"{path}/{name}" for name in ("charset", "size") if name in given]
    if refused:
        raise DraftError("the server chooses it for a part from bodyValues", *refused)
    if part_id not in loaders.known or loaders.body_value is None:
        raise DraftError("there is no such body value", f"{path}/partId")
    if not part.type.startswith("text/"):
        raise DraftError("a body value is text", f"{path}/type")
    part.load, part.is_body_value = partial(loaders.body_value, part_id), True


def _written_value(written: list[WrittenField], name: str) -> Any:
    found = next((item.octets for item in written if item.field == name), None)
    return None if found is None else read_structured(found.partition(b":")[2])


def _text(given: dict[str, Any], name: str, path: str) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > _NAME_MAX:
        raise DraftError(f"{name} is a string of at most {_NAME_MAX} characters", f"{path}/{name}")
    return value


def _matching(
    given: dict[str, Any], name: str, path: str, pattern: re.Pattern[str], *, lower: bool = False
) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    text = value.lower() if lower and isinstance(value, str) else value
    if not isinstance(text, str) or not pattern.match(text):
        raise DraftError(f"not a {name}", f"{path}/{name}")
    return text
