"""The tree of body parts that the parser left, as plain JSON (services.mail.domain.mime.summary.BodyPart)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.jmap import JsonObject
from services.mail.application.jmap.email_properties import BodyProperties
from services.mail.domain.mime.header_forms import as_raw

Part = Mapping[str, Any]
Headers = list[tuple[str, str]]
"""As ParseSummary.headers has those of the message."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where parts come from. blob_id: of a part that is no multipart. read_headers: the header fields of a part."""

    blob_id: Callable[[Part], str]
    read_headers: Callable[[Part], Headers]


HEADERS_MAX = 150_000
_KEYS = 20
"""Octets of "name" and "value" around each field."""


def walk(part: Part) -> Iterator[Part]:
    """Depth first, a parent before its parts. The splitter bounds depth and number."""
    yield part
    for child in part.get("subParts") or ():
        yield from walk(child)


def find(structure: Part, part_id: str) -> Part | None:
    return next((part for part in walk(structure) if part.get("partId") == part_id), None)


def raw_headers(headers: Headers) -> list[JsonObject]:
    """EmailHeader[] (RFC 8621 §4.1.2): Raw form, up to HEADERS_MAX octets: an email has to fit into one reply of the
    bus. All of a longer block stands in the message's own blob."""
    told: list[JsonObject] = []
    room = HEADERS_MAX
    for name, value in headers:
        raw = as_raw(value.encode("latin-1"))
        room -= len(name) + len(raw.encode()) + _KEYS
        if room < 0:
            break
        told.append({"name": name, "value": raw})
    return told


def describe(part: Part, properties: BodyProperties, source: Source) -> JsonObject:
    """EmailBodyPart (§4.1.4)."""
    headers = source.read_headers(part) if properties.needs_headers else []
    described: JsonObject = {}
    for name in properties.names:
        if name == "blobId":
            described[name] = None if part.get("partId") is None else source.blob_id(part)
        elif name == "headers":
            described[name] = raw_headers(headers)
        elif name != "subParts":
            described[name] = part.get(name)
        elif part.get("subParts") is not None:
            described[name] = [describe(child, properties, source) for child in part["subParts"]]
    return described | {name: wanted.value(headers) for name, wanted in properties.headers.items()}
