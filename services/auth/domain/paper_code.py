"""One-time codes that travel on paper or by telephone: K7M2-P9HX-4TWD, 55 random bits."""

import re
import secrets

ALPHABET = "23456789ACDEFHJKMNPRTVWXY"
LENGTH = 12
GROUP = 4
_MAX_TYPED = 64
_BETWEEN = re.compile(r"[\s\u00ad\u2010-\u2015\u2212._-]+")
_MISREAD = str.maketrans("BGSUZ", "865V2")
"""Characters that no code holds, and what they were taken for."""


class InvalidPaperCodeError(ValueError):
    """Not the form of a code. Never holds the text."""


def new_paper_code() -> str:
    """As it is printed, in groups."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(drawn[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def parse_paper_code(text: str) -> str:
    """Without its hyphens, in capitals. Case, spaces, hyphens of any kind and the usual misreadings are forgiven.
    Raises InvalidPaperCodeError."""
    if len(text) > _MAX_TYPED:
        raise InvalidPaperCodeError
    code = _BETWEEN.sub("", text).upper().translate(_MISREAD)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise InvalidPaperCodeError
    return code
