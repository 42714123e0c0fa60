"""Header blocks (RFC 5322 §2.2) cut into fields, whatever the line ends and however broken.

A block ends at its first empty line, or at the first line that cannot be a field: that line and what follows is
body, so that nothing a reader should see disappears. "From " lines of mailbox files are passed over.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from services.mail.domain.mime.limits import HEADER_BLOCK_MAX

_NAME = re.compile(rb"([!-9;-~]++)[ \t]*+:")
_MAILBOX_LINE = (b"From ", b">From ")


class Field(NamedTuple):
    """name as written; value: the octets after the colon up to, without, the line end that closes the field."""

    name: bytes
    value: bytes


class HeaderBlock(NamedTuple):
    """end: offset of the first octet of the body. truncated: fields past HEADER_BLOCK_MAX were not read."""

    fields: list[Field]
    end: int
    truncated: bool


def read_header_block(data: bytes, start: int = 0, end: int | None = None) -> HeaderBlock:
    """Reads the block at data[start:end] in one pass over at most HEADER_BLOCK_MAX octets."""
    stop = len(data) if end is None else end
    fields: list[Field] = []
    name, value_start, position = b"", -1, start

    def close(at: int) -> None:
        if value_start >= 0:
            fields.append(Field(name, _without_line_end(data[value_start:at])))

    while position < stop:
        line_end = data.find(b"\n", position, stop) + 1 or stop
        if line_end - start > HEADER_BLOCK_MAX:
            close(position)
            return HeaderBlock(fields, _after_empty_line(data, position, stop), True)
        first = data[position]
        if first in b"\r\n" and not data[position:line_end].strip(b"\r\n"):
            close(position)
            return HeaderBlock(fields, line_end, False)
        if first not in b" \t":
            match = _NAME.match(data, position, line_end)
            if match is None and not data.startswith(_MAILBOX_LINE, position):
                close(position)
                return HeaderBlock(fields, position, False)
            close(position)
            name, value_start = (match[1], match.end()) if match else (b"", -1)
        position = line_end
    close(stop)
    return HeaderBlock(fields, stop, False)


def first_value(fields: list[Field], name: bytes) -> bytes | None:
    """Value of the first field called `name` (lower case)."""
    return next((field.value for field in fields if field.name.lower() == name), None)


def last_value(fields: list[Field], name: bytes) -> bytes | None:
    """Value of the last field called `name` (lower case): what RFC 8621 §4.1.3 shows when there are several."""
    return next((field.value for field in reversed(fields) if field.name.lower() == name), None)


def unfold(value: bytes) -> bytes:
    """RFC 5322 §2.2.3: line ends taken out, the white space after them kept, outer white space removed."""
    return value.replace(b"\r", b"").replace(b"\n", b"").strip(b" \t")


def _without_line_end(value: bytes) -> bytes:
    return value.removesuffix(b"\n").removesuffix(b"\r")


def _after_empty_line(data: bytes, position: int, stop: int) -> int:
    ends = [found + len(mark) for mark in (b"\n\r\n", b"\n\n") if (found := data.find(mark, position, stop)) >= 0]
    return min(ends, default=position)
