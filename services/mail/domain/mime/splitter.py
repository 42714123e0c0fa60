"""A message cut into its parts by byte offsets (RFC 2046): linear, bounded, total.

Every octet of a body ends up in a part, or in the preamble or epilogue of a multipart. What passes a bound of
limits.py becomes one leaf of type application/octet-stream; a multipart without a usable boundary is plain text.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from services.mail.domain.mime.header_block import Field, first_value, read_header_block
from services.mail.domain.mime.limits import BOUNDARY_MAX, DEPTH_MAX, PARTS_MAX, UNPARSED_TYPE
from services.mail.domain.mime.parameters import Structured, media_type, parameter_octets, read_structured
from services.mail.domain.mime.transfer import Encoding, read_encoding

_DELIMITER_TAIL_MAX = 1_000
_BOUNDARY_LINES_MAX = 100_000
_NO_PARAMETERS = Structured("", {})


@dataclass(slots=True)
class Part:
    """A node of the tree: data[header_start:body_start] is its header block, data[body_start:body_end] its body.

    section      IMAP part number ("1.2"); "" for a multipart that is the message.
    media        media type and parameters; "application/octet-stream" when `unparsed`.
    children     of a multipart. message: root of the message inside a message/rfc822.
    unparsed     a bound was passed: the body is kept as it is.
    """

    header_start: int
    body_start: int
    body_end: int
    fields: list[Field]
    section: str
    media: Structured
    disposition: Structured
    encoding: Encoding
    encoding_unknown: bool
    headers_truncated: bool = False
    unparsed: bool = False
    children: list[Part] = field(default_factory=list)
    message: Part | None = None

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)


def split(data: bytes, parts_max: int = PARTS_MAX) -> Part:
    """The tree of the whole message."""
    return _Splitter(data, parts_max).entity(0, len(data), "", 0, "text/plain")


def split_headers(data: bytes) -> Part:
    """The top header block only; the body is one unparsed leaf."""
    part = _Splitter(data, 1).header(0, len(data), "1", "text/plain")
    return _as_unparsed(part)


class _Splitter:
    def __init__(self, data: bytes, parts_max: int) -> None:
        self._data = data
        self._left = parts_max - 1
        self._lines_left = _BOUNDARY_LINES_MAX

    def header(self, start: int, end: int, section: str, default_type: str) -> Part:
        """An entity whose body is not looked at yet."""
        block = read_header_block(self._data, start, end)
        encoding, unknown = read_encoding(_text(block.fields, b"content-transfer-encoding"))
        disposition = first_value(block.fields, b"content-disposition")
        return Part(
            header_start=start,
            body_start=block.end,
            body_end=end,
            fields=block.fields,
            section=section,
            media=media_type(first_value(block.fields, b"content-type"), default_type),
            disposition=_NO_PARAMETERS if disposition is None else read_structured(disposition),
            encoding=encoding,
            encoding_unknown=unknown,
            headers_truncated=block.truncated,
        )

    def entity(self, start: int, end: int, section: str, depth: int, default_type: str) -> Part:
        part = self.header(start, end, section, default_type)
        if part.media.main.startswith("multipart/"):
            self._split_multipart(part, depth)
        elif part.media.main == "message/rfc822":
            self._enter_message(part, depth)
        if not part.is_multipart and not part.section:
            part.section = "1"
        return part

    def _split_multipart(self, part: Part, depth: int) -> None:
        boundary = (parameter_octets(part.media, "boundary") or "").encode("latin-1").rstrip()
        if depth >= DEPTH_MAX or self._left <= 0:
            _as_unparsed(part)
            return
        regions = self._regions(part, boundary) if 0 < len(boundary) <= BOUNDARY_MAX else []
        if not regions:
            part.media = Structured("text/plain", {})
            part.encoding_unknown = part.body_end > part.body_start
            return
        self._left -= len(regions)
        part.encoding = "identity"
        default = "message/rfc822" if part.media.main == "multipart/digest" else "text/plain"
        prefix = part.section + "." if part.section else ""
        for number, (start, end, is_rest) in enumerate(regions, 1):
            section = f"{prefix}{number}"
            if is_rest:
                part.children.append(_rest(start, end, section))
            else:
                part.children.append(self.entity(start, end, section, depth + 1, default))

    def _enter_message(self, part: Part, depth: int) -> None:
        if depth >= DEPTH_MAX or self._left <= 0:
            _as_unparsed(part)
            return
        self._left -= 1
        part.message = self.entity(part.body_start, part.body_end, "", depth + 1, "text/plain")

    def _regions(self, part: Part, boundary: bytes) -> list[tuple[int, int, bool]]:
        """Offsets of the bodies between delimiter lines; the last is marked when a bound came before the body's end."""
        regions: list[tuple[int, int, bool]] = []
        opened = -1
        position = part.body_start
        while found := self._delimiter(boundary, position, part.body_end):
            line_start, position, closes = found
            if opened >= 0 and line_start > opened:
                regions.append((opened, self._before_line_end(opened, line_start), False))
            opened = -1 if closes else position
            if closes:
                break
            if len(regions) + 1 >= self._left or self._lines_left <= 0:
                return [*regions, (opened, part.body_end, True)]
        if opened >= 0:
            regions.append((opened, part.body_end, False))
        return regions

    def _delimiter(self, boundary: bytes, position: int, end: int) -> tuple[int, int, bool] | None:
        """Next delimiter line at or after `position`, which begins a line: its start, the start of the next line, and
        whether it closes. Lines that begin like one are counted, whatever they are."""
        marker = b"--" + boundary
        start = position if self._data.startswith(marker, position, end) else self._next_line(marker, position, end)
        while start >= 0 and self._lines_left > 0:
            self._lines_left -= 1
            window = min(end, start + len(marker) + _DELIMITER_TAIL_MAX)
            next_line = self._data.find(b"\n", start, window) + 1 or window
            tail = self._data[start + len(marker) : next_line].strip(b" \t\r\n")
            if tail in (b"", b"--"):
                return start, next_line, tail == b"--"
            start = self._next_line(marker, start + len(marker), end)
        return None

    def _next_line(self, marker: bytes, position: int, end: int) -> int:
        """Start of the next line that begins with `marker`, -1 when there is none."""
        return self._data.find(b"\n" + marker, max(position - 1, 0), end) + 1 or -1

    def _before_line_end(self, start: int, line_start: int) -> int:
        """RFC 2046 §5.1.1: the line end before a delimiter belongs to the delimiter."""
        end = line_start
        if end > start and self._data[end - 1] == 0x0A:
            end -= 1
        if end > start and self._data[end - 1] == 0x0D:
            end -= 1
        return end


def _rest(start: int, end: int, section: str) -> Part:
    media = Structured(UNPARSED_TYPE, {})
    return Part(start, start, end, [], section, media, Structured("attachment", {}), "identity", False, unparsed=True)


def _as_unparsed(part: Part) -> Part:
    part.media = Structured(UNPARSED_TYPE, {})
    part.disposition = Structured("attachment", {})
    part.encoding, part.encoding_unknown, part.unparsed = "identity", False, True
    part.section = part.section or "1"
    return part


def _text(fields: list[Field], name: bytes) -> str:
    value = first_value(fields, name)
    return "" if value is None else read_structured(value).main
