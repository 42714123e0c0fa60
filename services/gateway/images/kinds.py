"""What a picture is, by its first bytes: what its server calls it counts for nothing."""

import re

_AVIF = re.compile(rb"....ftyp(?:avif|avis|(?:mif1|msf1)....(?:....)*?(?:avif|avis))", re.DOTALL)
_BMP = re.compile(rb"BM.{12}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00", re.DOTALL)
_KINDS = (
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/gif", re.compile(rb"GIF8[79]a")),
    ("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
    ("image/avif", _AVIF),
    ("image/bmp", _BMP),
)
_BEGINNING = 256


def kind_of(picture: bytes) -> str | None:
    """Its media type. None for whatever is no bitmap that browsers draw: SVG is a document, and never one here."""
    beginning = picture[:_BEGINNING]
    return next((kind for kind, pattern in _KINDS if pattern.match(beginning)), None)
