"""One-time codes that travel on paper or by telephone, in groups of four: K7M2-P9HX-4TWD."""

import re
import secrets

ALPHABET = "23456789ACDEFHJKMNPRTVWXY"
GROUP = 4
ACTIVATION_GROUPS = 3
"""55 random bits, for which tries are counted."""
RECOVERY_GROUPS = 5
"""92 random bits: such a code lies in a drawer for years."""
_MAX_TYPED = 64
_BETWEEN = re.compile(r"[\s\u00ad\u2010-\u2015\u2212._-]+")
_MISREAD = str.maketrans("BGSUZ", "865V2")
"""Characters that no code holds, and what they were taken for."""


class InvalidPaperCodeError(ValueError):
    """Not the form of a code. Never holds the text."""


def new_paper_code(groups: int = ACTIVATION_GROUPS) -> str:
    """As it is printed."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(groups))


def parse_paper_code(text: str, groups: int = ACTIVATION_GROUPS) -> str:
    """Without its hyphens, in capitals. Case, spaces, hyphens of any kind and the usual misreadings are forgiven.
    Raises InvalidPaperCodeError."""
    if len(text) > _MAX_TYPED:
        raise InvalidPaperCodeError
    code = _BETWEEN.sub("", text).upper().translate(_MISREAD)
    if len(code) != groups * GROUP or not set(code) <= set(ALPHABET):
        raise InvalidPaperCodeError
    return code
