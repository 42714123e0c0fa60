"""What operators say of themselves and of their reasons. The trail keeps it in the clear, so it must hold nothing that
auth keeps as digests only, and nothing by which to reach somebody."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from services.auth.domain.birth_date import dates_within
from services.auth.domain.names import fold
from services.auth.domain.numen import numens_within

MAX_OPERATOR = 64
MAX_REASON = 200
_OPERATOR = re.compile(r"\w[\w .’'-]*")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[ ./_-]+(?=[0-9])")
_NUMBER = re.compile(r"[0-9]{9}")


class RefusedWordsError(ValueError):
    """Why, in French. Never holds the words."""


def parse_operator(text: str) -> str:
    """A name or a service's own abbreviation, never an address. Raises RefusedWordsError."""
    name = _one_line(text)
    if len(name) > MAX_OPERATOR or not _OPERATOR.fullmatch(name) or _holds_number(name):
        raise RefusedWordsError(f"nom attendu : {MAX_OPERATOR} caractères au plus, sans adresse ni numéro")
    return name


def parse_reason(text: str, is_birth_date: Callable[[date], bool]) -> str:
    """One line. A date may stand in it, unless it is the birth date of whom it is about. Raises RefusedWordsError."""
    reason = _one_line(text)
    if len(reason) > MAX_REASON:
        raise RefusedWordsError(f"motif trop long : {MAX_REASON} caractères au plus")
    if "@" in reason or _holds_number(reason) or any(map(is_birth_date, dates_within(fold(reason)))):
        raise RefusedWordsError("le motif ne doit contenir ni adresse, ni NUMEN, ni date de naissance, ni numéro")
    return reason


def _one_line(text: str) -> str:
    """Spaces of every kind, ends of lines and what can't be seen become single spaces."""
    return " ".join("".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text).split())


def _holds_number(text: str) -> bool:
    """A NUMEN, or nine digits in a row: of a telephone, of the social security."""
    return bool(numens_within(text)) or _NUMBER.search(_BETWEEN_DIGITS.sub("", text)) is not None
