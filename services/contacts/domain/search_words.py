"""What a card is found by, and what a person's typing looks for: words without accents or case, each as a prefix."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

MAX_WORD = 64
MAX_LEXEMES = 2_000
MAX_TERMS = 16

_LIGATURES = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_WORD = re.compile(r"[^\W_]+")


class SearchField(StrEnum):
    """Parts of a card that a condition may be limited to (RFC 9610 §3.3.1)."""

    NAME = "n"
    GIVEN = "g"
    SURNAME = "s"
    NICKNAME = "k"
    ORGANIZATION = "o"
    EMAIL = "e"
    PHONE = "p"
    ONLINE_SERVICE = "u"
    ADDRESS = "a"
    NOTE = "w"


class Lexemes:
    """Collects what one card is found by: each word plain, and once more marked with each field it stands in."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}

    def add(self, text: str, *fields: SearchField) -> None:
        """The words of `text`; those with an apostrophe also joined: N'Guyen is found by "guyen" and "nguyen"."""
        self._keep([*words(text), *words(_APOSTROPHES.sub("", text))], fields)

    def add_address(self, address: str, *, with_domain: bool) -> None:
        """A mail address, by its words and as a whole. Without the domain, colleagues are not all found by it."""
        local_part, _, _ = address.rpartition("@")
        self.add(address if with_domain or not local_part else local_part, SearchField.EMAIL)
        self._keep([fold(address)[:MAX_WORD]], (SearchField.EMAIL,))

    def add_phone(self, number: str) -> None:
        """By its digits as a whole, however they were grouped, and without a leading +33 or 0 as well."""
        digits = "".join(character for character in fold(number) if character.isdigit())[:MAX_WORD]
        national = digits.removeprefix("0033").removeprefix("33") if number.strip()[:1] in "+0" else digits
        self._keep([digits, "0" + national.removeprefix("0"), *words(number)], (SearchField.PHONE,))

    def all(self) -> list[str]:
        return list(self._found)

    def _keep(self, found: Iterable[str], fields: Iterable[SearchField]) -> None:
        for word in filter(None, found):
            for lexeme in (word, *(f"{field}/{word}" for field in fields)):
                if len(self._found) < MAX_LEXEMES:
                    self._found[lexeme] = None


def fold(text: str) -> str:
    """Without accents, ligatures, case and characters that can't be seen."""
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_LIGATURES)
    return "".join(c for c in decomposed if not unicodedata.combining(c) and (c.isprintable() or c.isspace()))


def words(text: str) -> list[str]:
    return [word[:MAX_WORD] for word in _WORD.findall(fold(text))]


def prefix_query(text: str, field: SearchField | None = None) -> str | None:
    """A PostgreSQL tsquery: every word of `text` must begin a word of the card (or of the field). "" when `text` is
    blank, so everything matches; None when it holds no word, so nothing does."""
    terms = [prefix for term in text.split() for prefix in _prefixes(term)][:MAX_TERMS]
    if not terms:
        return None if text.strip() else ""
    mark = f"{field}/" if field else ""
    return " & ".join(f"{_quoted(mark + term)}:*" for term in terms)


def sort_key(text: str) -> str:
    """What `text` sorts under: folded words, so that É stands with E and hyphens don't matter."""
    return " ".join(words(text))[:200]


def _prefixes(term: str) -> list[str]:
    return [fold(term)[:MAX_WORD]] if "@" in term.strip("@") else words(term)


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
