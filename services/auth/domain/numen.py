"""The NUMEN: the number that the éducation nationale gives each of its agents."""

import re

LENGTH = 13
_FORM = re.compile(r"[0-9]{2}[A-Z][0-9]{2}[0-9]{5}[A-Z]{3}")
_MAX_TYPED = 64


class InvalidNumenError(ValueError):
    """Not the form of a NUMEN. Never holds the text."""


def parse_numen(text: str) -> str:
    """Two digits, a letter, seven digits, three letters, in capitals. Case and spaces are forgiven. Raises
    InvalidNumenError."""
    if len(text) > _MAX_TYPED:
        raise InvalidNumenError
    candidate = "".join(text.split()).upper()
    if not _FORM.fullmatch(candidate):
        raise InvalidNumenError
    return candidate


def numens_within(text: str) -> set[str]:
    """Everything in `text` that could be a NUMEN once spaces, punctuation and case are forgotten."""
    compact = "".join(character for character in text.upper() if character.isascii() and character.isalnum())
    starts = range(len(compact) - LENGTH + 1)
    return {compact[start : start + LENGTH] for start in starts if _FORM.match(compact, start)}
