"""The tree of body parts that the parser left, as plain JSON (services.mail.domain.mime.summary.BodyPart)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contracts.jmap import JsonObject
from services.mail.application.jmap.email_properties import BodyProperties
from services.mail.domain.ids import part_blob_id
from services.mail.domain.mime.header_forms import as_raw

Part = Mapping[str, Any]
Headers = list[tuple[str, str]]
ReadHeaders = Callable[[Part], Headers]
"""The header fields of a part, as ParseSummary.headers has those of the message."""


def walk(part: Part) -> Iterator[Part]:
    """Depth first, a parent before its parts. The splitter bounds depth and number."""
    yield part
    for child in part.get("subParts") or ():
        yield from walk(child)


def find(structure: Part, part_id: str) -> Part | None:
    return next((part for part in walk(structure) if part.get("partId") == part_id), None)


def raw_headers(headers: Headers) -> list[JsonObject]:
    """EmailHeader[] (RFC 8621 §4.1.2): Raw form."""
    return [{"name": name, "value": as_raw(value.encode("latin-1"))} for name, value in headers]


def describe(message: int, part: Part, properties: BodyProperties, read_headers: ReadHeaders) -> JsonObject:
    """EmailBodyPart (§4.1.4)."""
    headers = read_headers(part) if properties.needs_headers else []
    described: JsonObject = {}
    for name in properties.names:
        if name == "blobId":
            part_id = part.get("partId")
            described[name] = None if part_id is None else part_blob_id(message, part_id)
        elif name == "headers":
            described[name] = raw_headers(headers)
        elif name != "subParts":
            described[name] = part.get(name)
        elif part.get("subParts") is not None:
            described[name] = [describe(message, child, properties, read_headers) for child in part["subParts"]]
    return described | {name: wanted.value(headers) for name, wanted in properties.headers.items()}
