"""Bodies of leaves put into a transfer encoding that every relay keeps (RFC 2045 §6): 7-bit lines, never too long."""

from __future__ import annotations

import binascii
import re

from services.mail.domain.mime.compose.draft import Encoded

_SOFT_LINE_MAX = 78
_HARD_LINE_MAX = 998
_BASE64_LINE = 57
_LONG_LINE = re.compile(rb"[^\n]{%d}" % (_SOFT_LINE_MAX + 1))
_VERY_LONG_LINE = re.compile(rb"[^\n]{%d}" % _HARD_LINE_MAX)
_LONE_LINE_END = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_TRAILING_SPACE = re.compile(rb"[ \t](?:\r\n|\Z)")
_BASE64_SHARE = 6


def encode_text(octets: bytes) -> Encoded:
    """A body value: line ends become CRLF; 7bit where it can be, else the shorter of quoted-printable and base64."""
    text = octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if text.isascii() and b"\x00" not in text and not _LONG_LINE.search(text) and not _TRAILING_SPACE.search(text):
        return Encoded(text, "7bit")
    special = len(text) - len(text.translate(None, bytes(range(0x7F, 0x100))))
    if special * _BASE64_SHARE > len(text):
        return Encoded(_base64(text), "base64")
    return _quoted_printable(text)


def encode_exact(octets: bytes, is_text: bool) -> Encoded:
    """A blob: every octet comes back."""
    if is_text and _fits_lines(octets) and octets.isascii():
        return Encoded(octets, "7bit")
    return Encoded(_base64(octets), "base64")


def encode_message(octets: bytes) -> Encoded:
    """A message/rfc822: RFC 2046 §5.2.1 allows no encoding but the identity ones, so base64 is a last resort."""
    if not _fits_lines(octets):
        return Encoded(_base64(octets), "base64")
    return Encoded(octets, "7bit" if octets.isascii() else "8bit")


def end_with_line(body: Encoded) -> Encoded:
    """The body of a message that is one leaf: SMTP ends it with a line end, so it has one, outside of its content."""
    if not body.octets or body.octets.endswith(b"\r\n"):
        return body
    if body.encoding == "base64":
        return Encoded(body.octets + b"\r\n", body.encoding)
    printable = body if body.encoding == "quoted-printable" else _quoted_printable(body.octets)
    return Encoded(printable.octets + b"=\r\n", printable.encoding)


def _quoted_printable(text: bytes) -> Encoded:
    printable = binascii.b2a_qp(text.replace(b"\r\n", b"\n"), istext=True)
    return Encoded(printable.replace(b"\n", b"\r\n"), "quoted-printable")


def _fits_lines(octets: bytes) -> bool:
    return b"\x00" not in octets and not _VERY_LONG_LINE.search(octets) and not _LONE_LINE_END.search(octets)


def _base64(octets: bytes) -> bytes:
    lines = (
        binascii.b2a_base64(octets[start : start + _BASE64_LINE], newline=False)
        for start in range(0, len(octets), _BASE64_LINE)
    )
    return b"\r\n".join(lines)
