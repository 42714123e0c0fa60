"""Octets of any declared charset made into text that JSON and PostgreSQL can hold.

Only codecs on the list below are ever asked for: Python knows others that are slow on purpose-made input ("punycode")
or no charsets at all ("unicode_escape").
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import NamedTuple

_WINDOWS_1252 = {octet: bytes([octet]).decode("cp1252", "ignore") or chr(octet) for octet in range(0x80, 0xA0)}
_WHATWG = {
    "ascii": "windows-1252", "us-ascii": "windows-1252", "iso8859-1": "windows-1252", "iso8859-9": "cp1254",
    "iso8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949",
    "johab": "cp949", "big5": "big5hkscs", "shift_jis": "cp932", "euc_jp": "euc_jp", "utf-16": "utf-16",
}  # fmt: skip
_KNOWN_NAMES = """
    utf-8 utf-7 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be gb18030 hz big5hkscs cp932 cp949 euc_jp cp874
    iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_3 iso2022_jp_ext iso2022_kr shift_jisx0213 shift_jis_2004
    euc_jis_2004 euc_jisx0213 koi8-r koi8-u koi8-t kz1048 ptcp154
    mac-roman mac-cyrillic mac-greek mac-turkish mac-latin2 mac-iceland hp-roman8
    cp437 cp720 cp737 cp775 cp850 cp852 cp855 cp856 cp857 cp858 cp860 cp861 cp862 cp863 cp864 cp865 cp866 cp869
    cp1006 cp1125 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp037 cp500 cp1140
    iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-10 iso8859-13 iso8859-14
    iso8859-15 iso8859-16
"""
_KNOWN = frozenset(_KNOWN_NAMES.split())
_ALIASES = {
    "unicode-1-1-utf-7": "utf-7", "utf8mb4": "utf-8", "x-utf8": "utf-8", "x-gbk": "gbk", "x-sjis": "shift_jis",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "x-windows-949": "cp949", "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8", "x-mac-roman": "mac-roman", "macintosh": "mac-roman", "x-cp1252": "windows-1252",
    "x-cp1251": "cp1251", "x-cp1250": "cp1250", "cp-850": "cp850", "iso-8859-1-windows-3.1-latin-1": "latin-1",
    "windows-31j": "cp932", "x-big5": "big5", "gb_2312-80": "gb2312", "x-euc-jp": "euc_jp",
    "iso-2022-jp-ms": "iso2022_jp",
}  # fmt: skip
_META_CHARSET = re.compile(rb"charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_META_SCAN = 2_048
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SURROGATE = re.compile("[\ud800-\udfff]")


class Decoded(NamedTuple):
    """problem: octets broke the charset, or it is unknown (EmailBodyValue.isEncodingProblem)."""

    text: str
    problem: bool


def decode_text(octets: bytes, charset: str | None, *, html: bool = False) -> Decoded:
    """Text of a body part. charset: as declared, None when absent; html: a <meta> may name it instead."""
    for mark, marked in _BYTE_ORDER_MARKS:
        if octets.startswith(mark):
            return _strictly(octets[len(mark) :], marked) or _loosely(octets[len(mark) :], marked)
    codec = codec_of(charset) if charset else None
    if codec is None and octets.isascii():
        return Decoded(_clean(octets.decode("ascii")), bool(charset))
    if codec is None:
        return _guess(octets, _meta_codec(octets) if html else None)
    if codec == "windows-1252" and charset and codec_is_ascii(charset) and not octets.isascii():
        return _guess(octets, None)
    return _strictly(octets, codec) or _loosely(octets, codec)


def decode_octets(octets: bytes) -> str:
    """Text of header octets, which have no declared charset: UTF-8 (RFC 6532), else windows-1252. No NUL."""
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        text = _windows_1252(octets)
    return _without_surrogates(text.replace("\x00", ""))


def decode_declared(octets: bytes, charset: str) -> str | None:
    """Text of an encoded word or RFC 2231 value, without NUL; None when the charset is unknown."""
    codec = codec_of(charset)
    if codec is None:
        return None
    return (_strictly(octets, codec, nul="") or _loosely(octets, codec, nul="")).text


@lru_cache(maxsize=512)
def codec_of(charset: str) -> str | None:
    """The codec that a charset name of the real world stands for, None when there is none."""
    name = charset.strip().strip("\"'").lower()[:60]
    try:
        found = codecs.lookup(_ALIASES.get(name, name.replace(" ", "-"))).name
    except (LookupError, ValueError, UnicodeError):
        return None
    found = {"cp1252": "windows-1252"}.get(found, _WHATWG.get(found, found))
    return found if found in _KNOWN or found == "windows-1252" else None


def codec_is_ascii(charset: str) -> bool:
    return charset.strip().lower() in {"us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us"}


def _guess(octets: bytes, hint: str | None) -> Decoded:
    for codec in ("utf-8", hint):
        found = _strictly(octets, codec) if codec else None
        if found is not None:
            return Decoded(found.text, True)
    return Decoded(_clean(_windows_1252(octets)), True)


def _strictly(octets: bytes, codec: str, nul: str = "\ufffd") -> Decoded | None:
    if codec == "windows-1252":
        return Decoded(_clean(_windows_1252(octets), nul), False)
    try:
        return Decoded(_clean(octets.decode(codec), nul), False)
    except (UnicodeError, ValueError):
        return None


def _loosely(octets: bytes, codec: str, nul: str = "\ufffd") -> Decoded:
    """Damaged text: what can be read of it, or windows-1252 where "UTF-8" was a lie from end to end."""
    try:
        text = octets.decode(codec, "replace")
    except (UnicodeError, ValueError):
        text = _windows_1252(octets)
    if codec == "utf-8" and text.replace("\ufffd", "").isascii():
        text = _windows_1252(octets)
    return Decoded(_clean(text, nul), True)


def _meta_codec(octets: bytes) -> str | None:
    match = _META_CHARSET.search(octets, 0, _META_SCAN)
    return codec_of(match[1].decode("ascii")) if match else None


def _windows_1252(octets: bytes) -> str:
    """As browsers read it: the five octets that windows-1252 leaves out are control characters, not errors."""
    return octets.decode("latin-1").translate(_WINDOWS_1252)


def _clean(text: str, nul: str = "\ufffd") -> str:
    """Without NUL, which PostgreSQL refuses, and without lone surrogates, which UTF-8 refuses."""
    return _without_surrogates(text.replace("\x00", nul))


def _without_surrogates(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text
