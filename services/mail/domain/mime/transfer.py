"""Content-Transfer-Encoding undone (RFC 2045 §6), tolerant of what real mailers write. Linear in the input."""

from __future__ import annotations

import binascii
import re
from typing import Literal, NamedTuple

Encoding = Literal["identity", "base64", "quoted-printable"]

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_ALPHABET = bytes(octet for octet in range(256) if octet not in _ALPHABET)
_NOT_ALPHABET_NOR_PADDING = bytes(octet for octet in _NOT_ALPHABET if octet != 0x3D)
_SPACED_SOFT_BREAK = re.compile(rb"=[ \t]++(?=\r?\n)")
_BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r?\n|\Z)")
_LINE_OF_WORDS = re.compile(rb"^[ \t]*+[^ \t\r\n]++[ \t]++[^ \t\r\n]", re.MULTILINE)
_IDENTITY = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "none"})


class Undone(NamedTuple):
    """problem: octets that the encoding does not allow were passed over."""

    octets: bytes
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


def _undo_base64(octets: bytes) -> Undone:
    """Foreign octets are passed over (RFC 2045 §6.8), but a line of words ends the data: a mailing list added it.
    When the first line is one, nothing was encoded."""
    compact = octets.translate(None, b"\r\n \t")
    problem = bool(compact.translate(None, _ALPHABET).rstrip(b"="))
    if problem:
        words = _LINE_OF_WORDS.search(octets)
        before = octets[: words.start()] if words else octets
        if not before.strip():
            return Undone(octets, True)
        compact = before.translate(None, _NOT_ALPHABET_NOR_PADDING)
    body, _, after = compact.partition(b"=")
    decoded, short = _decode_quads(body)
    rest = after.lstrip(b"=")
    if rest and not problem:
        more = [_decode_quads(piece) for piece in re.split(rb"=+", rest, maxsplit=1_000) if piece]
        return Undone(decoded + b"".join(piece for piece, _ in more), short or any(bad for _, bad in more))
    return Undone(decoded, problem or short)


def _decode_quads(body: bytes) -> tuple[bytes, bool]:
    """Pads or drops what is left over at the end; an incomplete quad with one digit holds no octet."""
    body = body.translate(None, b"=")
    odd = len(body) % 4 == 1
    if odd:
        body = body[:-1]
    return binascii.a2b_base64(body + b"=" * (-len(body) % 4)), odd


def _undo_quoted_printable(octets: bytes) -> Undone:
    if b"= " in octets or b"=\t" in octets:
        octets = _SPACED_SOFT_BREAK.sub(b"=", octets)
    return Undone(binascii.a2b_qp(octets), _BAD_ESCAPE.search(octets) is not None)
