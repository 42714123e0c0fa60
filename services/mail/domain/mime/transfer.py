"""Content-Transfer-Encoding undone (RFC 2045 §6), tolerant of what real mailers write. Linear in the input."""

from __future__ import annotations

import binascii
import re
from itertools import islice
from typing import Literal, NamedTuple

Encoding = Literal["identity", "base64", "quoted-printable"]
GROUPS_MAX = 1_000

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_ALPHABET_AND_SPACE = _ALPHABET + b"=\r\n \t"
_NOT_ALPHABET_NOR_PADDING = bytes(octet for octet in range(256) if octet not in _ALPHABET + b"=")
_PADDING = re.compile(rb"=[=\s]*+")
_PADDING_RUN = re.compile(rb"=+")
_SPACED_SOFT_BREAK = re.compile(rb"=[ \t]{1,998}+(?=\r?\n)")
_BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n|\Z)")
_LINE_OF_WORDS = re.compile(rb"^[ \t]*+[^ \t\r\n]++[ \t]++[^ \t\r\n]", re.MULTILINE)
_IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"})


class Undone(NamedTuple):
    """problem: octets that the encoding does not allow were passed over."""

    octets: bytes
    problem: bool


class Extent(NamedTuple):
    """How far octets are what they are said to be: encoding of the first `length` of them. What follows is not data."""

    encoding: Encoding
    length: int


class Measured(NamedTuple):
    """extent: how far octets are data. size: of what `undo` makes of them; problem: as it says."""

    extent: Extent
    size: int
    problem: bool


class _Base64(NamedTuple):
    """groups: digits between runs of padding, of the first `extent.length` octets."""

    extent: Extent
    groups: list[bytes]
    problem: bool


def read_encoding(value: str) -> tuple[Encoding, bool]:
    """The encoding a header value names, and whether it is unknown (then the octets are taken as they are)."""
    name = value.strip().strip("\"'").lower().rstrip(";")
    if name in {"base64", "base-64"}:
        return "base64", False
    if name in {"quoted-printable", "quotedprintable", "quoted-printble"}:
        return "quoted-printable", False
    return "identity", name not in _IDENTITY


def undo(octets: bytes, encoding: Encoding) -> Undone:
    """The octets before they were encoded."""
    if encoding == "base64":
        return _undo_base64(octets)
    if encoding == "quoted-printable":
        return _undo_quoted_printable(octets)
    return Undone(octets, False)


def extent_of(octets: bytes, encoding: Encoding) -> Extent:
    """What `undo` reads of them. Who decodes these octets as they stream by, without rules for broken ones, gets the
    same: a download is what the message showed."""
    if encoding == "base64":
        return _extent_of_base64(octets, foreign=_is_foreign(octets))
    return Extent(encoding, len(octets))


def measure(octets: bytes, encoding: Encoding) -> Measured:
    """Without decoding what can be told from its length: most attachments are never looked into."""
    if encoding != "base64":
        undone = undo(octets, encoding)
        return Measured(Extent(encoding, len(octets)), len(undone.octets), undone.problem)
    read = _read_base64(octets)
    if read.extent.encoding == "identity":
        return Measured(read.extent, len(octets), True)
    odd = any(len(group) % 4 == 1 for group in read.groups)
    return Measured(read.extent, sum(len(group) * 3 // 4 for group in read.groups), read.problem or odd)


def _extent_of_base64(octets: bytes, *, foreign: bool) -> Extent:
    """Foreign octets are passed over (RFC 2045 §6.8). Where there are any, a line of words ends the data, since a
    mailing list added it, and so does padding; when the first line is one, nothing was encoded. Groups that are padded
    each are data up to GROUPS_MAX of them."""
    if foreign:
        words = _LINE_OF_WORDS.search(octets)
        end = words.start() if words else len(octets)
        if not octets[:end].strip():
            return Extent("identity", len(octets))
        return Extent("base64", (octets.find(b"=", 0, end) + 1) or end)
    last = next(islice(_PADDING.finditer(octets), GROUPS_MAX - 1, None), None)
    return Extent("base64", last.end() if last else len(octets))


def _read_base64(octets: bytes) -> _Base64:
    foreign = _is_foreign(octets)
    extent = _extent_of_base64(octets, foreign=foreign)
    if extent.encoding == "identity":
        return _Base64(extent, [], True)
    digits = octets[: extent.length].translate(None, _NOT_ALPHABET_NOR_PADDING).rstrip(b"=")
    groups = _PADDING_RUN.split(digits) if b"=" in digits else [digits]
    return _Base64(extent, groups, foreign or extent.length < len(octets))


def _undo_base64(octets: bytes) -> Undone:
    read = _read_base64(octets)
    if read.extent.encoding == "identity":
        return Undone(octets, True)
    decoded = [_decode_quads(group) for group in read.groups]
    return Undone(b"".join(piece for piece, _ in decoded), read.problem or any(odd for _, odd in decoded))


def _is_foreign(octets: bytes) -> bool:
    """Whether octets outside of the alphabet, white space and padding at the end of a group stand among them."""
    return bool(octets.translate(None, _ALPHABET_AND_SPACE))


def _decode_quads(body: bytes) -> tuple[bytes, bool]:
    """Pads or drops what is left over at the end; an incomplete quad with one digit holds no octet."""
    odd = len(body) % 4 == 1
    if odd:
        body = body[:-1]
    return binascii.a2b_base64(body + b"=" * (-len(body) % 4)), odd


def _undo_quoted_printable(octets: bytes) -> Undone:
    if b"= " in octets or b"=\t" in octets:
        octets = _SPACED_SOFT_BREAK.sub(b"=", octets)
    return Undone(binascii.a2b_qp(octets), _BAD_ESCAPE.search(octets) is not None)
