"""Text in header fields: RFC 2047 encoded words, RFC 5322 phrases and folding, RFC 2231 parameters."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

LINE_MAX = 76
_WORD_MAX = 64
_PLAIN_WORD_MAX = 400
_WRAPPER = len("=?utf-8?q??=")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_SAFE_IN_Q = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_TOKEN = re.compile(r"[A-Za-z0-9!#$&.^_`|~+-]{1,60}\Z")
_SAFE_IN_PARAMETER = "!#$&+-.^_`|~"
_QUOTED_MAX = 60


def is_plain(text: str) -> bool:
    """Whether text may stand in a field as it is."""
    return (
        all(" " <= character <= "~" for character in text)
        and "=?" not in text
        and text == text.strip()
        and "  " not in text
        and all(len(word) <= _PLAIN_WORD_MAX for word in text.split(" "))
    )


def encode_words(text: str) -> list[bytes]:
    """UTF-8 encoded words, short enough to follow a field name on its line, each of whole characters.

    They are B or Q, whichever is shorter in all.
    Line ends become spaces, so that nothing looks like another field, not even once decoded.
    """
    text = " ".join(re.split(r"[\r\n\x00]+", text)).encode("utf-8", "replace").decode("utf-8")
    octets = text.encode("utf-8")
    q_length = sum(1 if octet in _SAFE_IN_Q or octet == 0x20 else 3 for octet in octets)
    use_q = q_length <= len(octets) * 4 / 3
    words: list[bytes] = []
    piece = bytearray()
    for character in text:
        added = character.encode("utf-8")
        if piece and _encoded_length(bytes(piece) + added, use_q) > _WORD_MAX - _WRAPPER:
            words.append(_word(bytes(piece), use_q))
            piece.clear()
        piece += added
    return [*words, _word(bytes(piece), use_q)] if piece else words


def phrase(text: str) -> list[bytes]:
    """A display name as words: atoms, a quoted string, or encoded words (RFC 5322 §3.2.5)."""
    if _ATOMS.match(text) and "=?" not in text and len(text) <= _QUOTED_MAX:
        return text.encode("ascii").split(b" ")
    if is_plain(text) and len(text) <= _QUOTED_MAX:
        return [b'"' + text.replace("\\", "\\\\").replace('"', '\\"').encode("ascii") + b'"']
    return encode_words(text)


def fold(used: int, words: list[bytes]) -> bytes:
    """Words, each with its leading space, in lines of at most LINE_MAX octets where the words let them.

    used: octets already on the first line.
    """
    lines: list[bytes] = []
    line = bytearray()
    room = LINE_MAX - used
    for word in words:
        if line and len(line) + len(word) > room and len(word) > 1:
            lines.append(bytes(line))
            line, room = bytearray(), LINE_MAX
        line += word
    return b"\r\n".join([*lines, bytes(line)])


def parameter(name: str, value: str) -> list[bytes]:
    """A parameter as "; name=value" pieces for folding: token, quoted string, or RFC 2231 with continuations."""
    value = re.sub(r"[\x00-\x1f\x7f]", "", value).encode("utf-8", "replace").decode("utf-8")
    if _TOKEN.match(value):
        return [f" {name}={value}".encode("ascii")]
    if value.isascii() and len(value) <= _QUOTED_MAX:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return [f' {name}="{escaped}"'.encode("ascii")]
    pieces = _percent_pieces(value)
    if len(pieces) == 1:
        return [f" {name}*=utf-8''{pieces[0]}".encode("ascii")]
    first = f" {name}*0*=utf-8''{pieces[0]}"
    return [piece.encode("ascii") for piece in [first, *(f" {name}*{n}*={p}" for n, p in enumerate(pieces[1:], 1))]]


def _percent_pieces(value: str) -> list[str]:
    pieces: list[str] = [""]
    for character in value:
        encoded = quote(character, safe=_SAFE_IN_PARAMETER)
        if len(pieces[-1]) + len(encoded) > _QUOTED_MAX - 20:
            pieces.append("")
        pieces[-1] += encoded
    return pieces


def _encoded_length(octets: bytes, use_q: bool) -> int:
    if use_q:
        return sum(1 if octet in _SAFE_IN_Q or octet == 0x20 else 3 for octet in octets)
    return (len(octets) + 2) // 3 * 4


def _word(octets: bytes, use_q: bool) -> bytes:
    if not use_q:
        return b"=?utf-8?b?" + base64.b64encode(octets) + b"?="
    encoded = "".join(
        "_" if octet == 0x20 else chr(octet) if octet in _SAFE_IN_Q else f"={octet:02X}" for octet in octets
    )
    return b"=?utf-8?q?" + encoded.encode("ascii") + b"?="
