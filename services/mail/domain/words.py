"""Words in a text, and where those may stand that become a given lexeme.

A lexeme is what the index keeps of a word: lower case, without accents, and without its ending (the French stemmer of
PostgreSQL). Only the database knows the lexeme of a word, but the two begin alike: that finds the few words to ask of.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")
"""What PostgreSQL's parser takes for a word once punctuation is blank (mail_words of migration 0001)."""

_BASE = {"æ": "a", "ð": "d", "ø": "o", "ß": "s"}
_TWO_IN_ONE = frozenset({"ae", "ff", "fi", "fl", "oe", "ss"})
"""Pairs that may be written as one letter: æ, ﬁ, œ, ß…"""
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
    """Where words stand that may begin so, whatever their accents and case; in order, about `most` of them.

    Most of a text is passed over at the speed of a search in octets: one octet a character, accents and case folded,
    "?" for what is not in Latin-1. Nothing that begins so is missed; a few that don't may be among them.
    """
    folded = text.replace("’", "'").encode("latin-1", "replace").translate(_FOLDED)
    found: dict[int, int] = {}
    for beginning in beginnings:
        for start in _starts(folded, _pattern(beginning)):
            if start not in found and not (start and text[start - 1].isalnum()) and (word := WORD.match(text, start)):
                found[start] = word.end()
            if len(found) >= most:
                break
    return sorted(found.items())


def _starts(folded: bytes, pattern: re.Pattern[bytes]) -> Iterator[int]:
    """Occurrences may overlap."""
    match = pattern.search(folded)
    while match:
        yield match.start()
        match = pattern.search(folded, match.start() + 1)


@lru_cache(1_000)
def _pattern(beginning: str) -> re.Pattern[bytes]:
    """A set of octets for each letter: the regular expressions of Python look for the first one quickly."""
    made, halves = "", set()
    for place, letter in enumerate(beginning):
        pair = beginning[place : place + 2]
        made += f"[{letter}?]" if letter.isascii() and letter.isalnum() else "[?]"
        made += "?" if place in halves else ""
        if pair in _TWO_IN_ONE and place not in halves:
            halves.add(place + 1)
    return re.compile(made.encode())


def _fold(letter: str) -> str:
    lower = letter.lower()
    return _BASE.get(lower, unicodedata.normalize("NFD", lower)[0])


_FOLDED = bytes(ord(_fold(chr(octet))) if len(_fold(chr(octet))) == 1 else octet for octet in range(256))
