"""Which attachments have a text that is worth finding, and how it is got at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["pdf", "odf", "docx", "text", "html", "message"]

PARTS_MAX = 20
"""Attachments of one message that are read."""
OCTETS_MAX = 30_000_000
"""One that is larger is left out."""

_ODF = "application/vnd.oasis.opendocument."
_BY_TYPE: Mapping[str, Kind] = {
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    **{_ODF + name: "odf" for name in ("text", "text-template", "spreadsheet", "presentation")},
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template": "docx",
    "text/plain": "text",
    "text/csv": "text",
    "text/tab-separated-values": "text",
    "text/markdown": "text",
    "text/html": "html",
    "message/rfc822": "message",
}
_ENDINGS: Mapping[Kind, tuple[str, ...]] = {
    "pdf": ("pdf",),
    "odf": ("odt", "ott", "ods", "odp"),
    "docx": ("docx", "dotx"),
    "text": ("txt", "csv", "tsv", "md"),
    "html": ("htm", "html"),
    "message": ("eml",),
}
_BY_ENDING = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings}
_SAYS_NOTHING = frozenset({"application/octet-stream", "application/force-download", "application/x-download"})
"""Types of mailers that know no better: the name's ending counts."""


@dataclass(frozen=True, slots=True)
class ReadablePart:
    """start, end, encoding: as in summary.BodyPart."""

    part_id: str
    kind: Kind
    start: int
    end: int
    encoding: str
    charset: str | None


def readable_parts(structure: Mapping[str, Any], attachments: Sequence[str]) -> list[ReadablePart]:
    """Of a bodyStructure as it is stored; at most PARTS_MAX."""
    wanted = frozenset(attachments)
    found = [
        ReadablePart(part["partId"], kind, part["bodyStart"], part["bodyEnd"], part["encoding"], part.get("charset"))
        for part in _leaves(structure)
        if part.get("partId") in wanted and 0 < part["size"] <= OCTETS_MAX and (kind := _kind(part)) is not None
    ]
    return found[:PARTS_MAX]


def _leaves(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Depth is bounded by the splitter."""
    below = part.get("subParts")
    if below is None:
        yield part
    else:
        for child in below:
            yield from _leaves(child)


def _kind(part: Mapping[str, Any]) -> Kind | None:
    if part["type"] not in _SAYS_NOTHING:
        return _BY_TYPE.get(part["type"])
    return _BY_ENDING.get((part.get("name") or "").rpartition(".")[2].lower())
