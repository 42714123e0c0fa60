"""Structured MIME fields: a value and its parameters (RFC 2045 §5.1, RFC 2183, RFC 2231), read tolerantly.

Field values come in and go out as latin-1 text, one character per octet, until `parameter_text` reads them.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from services.mail.domain.mime.charsets import decode_declared, decode_octets
from services.mail.domain.mime.encoded_words import decode_words
from services.mail.domain.mime.header_block import unfold
from services.mail.domain.mime.limits import NAME_MAX, PARAMETERS_MAX, STRUCTURED_VALUE_MAX

_PIECE = re.compile(r'"(?:[^"\\]++|\\.)*+"?|;|[^";]++', re.DOTALL)
_COMMENT_PIECE = re.compile(r'"(?:[^"\\]++|\\.)*+"?|\\.|\(|\)|[^"\\()]++|\\', re.DOTALL)
_KEY = re.compile(r"([^*\s]++)(?:\*(\d{1,4}))?(\*)?\Z")
_TYPE = re.compile(r"[!#$&-.^_`|~\w+]++/[!#$&-.^_`|~\w+]++\Z", re.ASCII)
_UNSAFE_IN_NAMES = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


class Structured(NamedTuple):
    """main: lower case, no comments. parameters: lower-case name → value as octets in latin-1, in order."""

    main: str
    parameters: dict[str, str]


def read_structured(value: bytes) -> Structured:
    """Splits "main; name=value; …". RFC 2231 pieces are joined: charset'language' stays in front under "name*"."""
    text = strip_comments(unfold(value[:STRUCTURED_VALUE_MAX]).replace(b"\x00", b"").decode("latin-1"))
    segments = _split(text)
    plain: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[str, bool]]] = {}
    for segment in segments[1 : PARAMETERS_MAX + 1]:
        name, equals, rest = segment.partition("=")
        key = _KEY.match(name.strip().lower())
        if not equals or not key:
            continue
        content = _unquote(rest.strip())
        if key[2] is None and key[3] is None:
            plain.setdefault(key[1], content)
        else:
            pieces = extended.setdefault(key[1], {})
            pieces.setdefault(int(key[2] or 0), (content, key[3] is not None))
    for name, pieces in extended.items():
        plain[name + "*"] = _join(pieces)
    return Structured(segments[0].strip().strip('"').strip().lower(), plain)


def media_type(value: bytes | None, default: str) -> Structured:
    """Content-Type; RFC 2045 §5.2: plain text when the field cannot be understood, `default` when it is absent."""
    if value is None:
        return Structured(default, {})
    found = read_structured(value)
    if _TYPE.match(found.main):
        return found
    return Structured("text/plain", found.parameters)


def parameter_octets(found: Structured, name: str) -> str | None:
    """The value as octets in latin-1, for what is compared and not shown (boundary, charset, method)."""
    extended = found.parameters.get(name + "*")
    if extended is None:
        return found.parameters.get(name)
    return unquote_to_bytes(_without_charset(extended)[1]).replace(b"\x00", b"").decode("latin-1")


def parameter_text(found: Structured, name: str) -> str | None:
    """The value for people: RFC 2231 decoded, RFC 2047 too (against the rules, and common), no control characters.

    Characters that turn the direction of text are taken out: they make "exe" look like "pdf".
    """
    extended = found.parameters.get(name + "*")
    if extended is None:
        plain = found.parameters.get(name)
        text = None if plain is None else decode_words(decode_octets(plain.encode("latin-1")))
    else:
        charset, encoded = _without_charset(extended)
        octets = unquote_to_bytes(encoded)
        text = (decode_declared(octets, charset) if charset else None) or decode_words(decode_octets(octets))
    if text is None:
        return None
    return _UNSAFE_IN_NAMES.sub("", text).strip()[:NAME_MAX] or None


def strip_comments(text: str) -> str:
    """RFC 5322 §3.2.2 comments outside quotes taken out; an unclosed one stays as it is."""
    if "(" not in text:
        return text
    kept: list[str] = []
    open_at: list[int] = []
    for piece in _COMMENT_PIECE.findall(text):
        if piece == "(":
            open_at.append(len(kept))
            kept.append(piece)
        elif piece == ")" and open_at:
            del kept[open_at.pop() :]
        else:
            kept.append(piece)
    return "".join(kept)


def _split(text: str) -> list[str]:
    segments: list[list[str]] = [[]]
    for piece in _PIECE.findall(text):
        if piece == ";":
            segments.append([])
        else:
            segments[-1].append(piece)
    return ["".join(pieces) for pieces in segments]


def _unquote(value: str) -> str:
    if not value.startswith('"'):
        return value
    closing = value.rfind('"')
    return value[1 : closing if closing > 0 else None].replace("\\\\", "\\").replace('\\"', '"')


def _join(pieces: dict[int, tuple[str, bool]]) -> str:
    """One percent-encoded value; pieces without "*" are literal, so their percent signs are protected."""
    joined: list[str] = []
    for number in sorted(pieces):
        content, encoded = pieces[number]
        joined.append(content if encoded else content.replace("%", "%25"))
    first_encoded = pieces.get(0, ("", False))[1]
    return "".join(joined) if first_encoded else "''" + "".join(joined)


def _without_charset(value: str) -> tuple[str, bytes]:
    charset, quote, rest = value.partition("'")
    _, second, encoded = rest.partition("'")
    if not quote or not second:
        return "", value.encode("latin-1")
    return charset, encoded.encode("latin-1")
