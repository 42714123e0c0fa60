"""What the leaves of a tree hold: their decoded size, and their text when they are text/*."""

from __future__ import annotations

from typing import NamedTuple

from services.mail.domain.mime.charsets import decode_text
from services.mail.domain.mime.parameters import parameter_octets
from services.mail.domain.mime.rendition import PART_VALUE_MAX, VALUES_MAX, PartValue
from services.mail.domain.mime.splitter import Part
from services.mail.domain.mime.transfer import Extent, extent_of, measure, undo

_OCTETS_PER_CHARACTER = 4


class Leaf(NamedTuple):
    """extent: of the body's octets that are data. size: when its encoding is undone. value: of a text/* part, None for
    any other."""

    extent: Extent
    size: int
    problem: bool
    value: PartValue | None


class LeafReader:
    """Decodes leaves one after the other, and keeps at most VALUES_MAX characters of text in all."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._room = VALUES_MAX

    def read(self, part: Part) -> Leaf:
        octets = self._data[part.body_start : part.body_end]
        if not part.media.main.startswith("text/"):
            measured = measure(octets, part.encoding)
            return Leaf(measured.extent, measured.size, measured.problem or part.encoding_unknown, None)
        undone = undo(octets, part.encoding)
        value = self._value(undone.octets, part, undone.problem or part.encoding_unknown)
        return Leaf(extent_of(octets, part.encoding), len(undone.octets), value.is_encoding_problem, value)

    def _value(self, octets: bytes, part: Part, problem: bool) -> PartValue:
        limit = min(PART_VALUE_MAX, self._room)
        kept = octets[: limit * _OCTETS_PER_CHARACTER]
        decoded = decode_text(kept, parameter_octets(part.media, "charset"), html=part.media.main == "text/html")
        text = decoded.text.replace("\r\n", "\n")
        truncated = len(kept) < len(octets) or len(text) > limit
        text = text[:limit]
        self._room -= len(text)
        return PartValue(value=text, is_encoding_problem=problem or decoded.problem, is_truncated=truncated)
