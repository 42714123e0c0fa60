"""Words in a text, and where those may stand that become a given lexeme.

A lexeme is what the index keeps of a word: lower case, without accents, and without its ending (the French stemmer of
PostgreSQL). Only the database knows the lexeme of a word, but the two begin alike: that finds the few words to ask of.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
"""What PostgreSQL's parser takes for a word once punctuation is blank (mail_words of migration 0001)."""

_BASE = {"æ": "a", "œ": "o", "ø": "o", "ß": "s", "ð": "d", "đ": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i"}
_TWO_IN_ONE = ("ae", "ff", "fi", "fl", "oe", "ss")
"""Pairs that may be written as one letter (æ, ﬁ, œ, ß…), which is then folded to the first of them."""
_FOLDING = "one octet a character"

_REWRITTEN = (("qu", 2), ("nt", 2), ("t", 1), ("l", 1), ("i", 1), ("x", 1), ("u", 1))
"""Letters that the stemmer may have put at the end: application → appliqu, récemment → recent, chevaux → cheval."""

Place = tuple[int, int]
"""[start, end) in characters."""


def beginning_of(lexeme: str) -> str:
    """How every word that becomes `lexeme` begins, accents and case apart."""
    for end, length in _REWRITTEN:
        if lexeme.endswith(end):
            return lexeme[:-length] or lexeme
    return lexeme


def words_that_begin(text: str, beginnings: Iterable[str], most: int) -> list[Place]:
    """Where words stand that may begin so, whatever their accents and case; in order, about `most` of them. None that
    begins so is missed; a few that don't may be among them.

    Text and beginnings are folded to octets, where a search passes over most of a text at no cost.
    """
    folded = _fold(text)
    found: dict[int, int] = {}
    for octets in {form for beginning in beginnings for form in _forms(beginning)}:
        start = folded.find(octets)
        while start >= 0 and len(found) < most:
            if start not in found and not (start and text[start - 1].isalnum()) and (word := WORD.match(text, start)):
                found[start] = word.end()
            start = folded.find(octets, start + 1)
    return sorted(found.items())


@lru_cache(1_000)
def _forms(beginning: str) -> frozenset[bytes]:
    """As it is written with two letters, and with one in their place."""
    joined = beginning
    for pair in _TWO_IN_ONE:
        joined = joined.replace(pair, pair[0])
    return frozenset((_fold(beginning), _fold(joined)))


def _fold(text: str) -> bytes:
    """One octet a character: no accents, lower case, "?" for a letter of another script."""
    return text.replace("’", "'").encode("latin-1", _FOLDING).translate(_FOLDED)


def _beyond_latin_1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_base(one) for one in error.object[error.start : error.end]), error.end


@lru_cache(10_000)
def _base(letter: str) -> str:
    if not letter.isalnum():
        return " "
    lower = letter.lower()[:1]
    base = _BASE.get(lower) or unicodedata.normalize("NFKD", lower)[:1]
    return base if base.isascii() and base.isalnum() else "?"


codecs.register_error(_FOLDING, _beyond_latin_1)
_FOLDED = bytes(ord(_base(chr(octet))) for octet in range(256))
