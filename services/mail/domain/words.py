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

_LATIN = (range(0xC0, 0x250), range(0x1E00, 0x1F00))
_NOT_DECOMPOSED = {"d": "đĐðÐ", "h": "ħĦ", "i": "ı", "l": "łŁ", "o": "øØ", "t": "ŧŦ"}
_TWO_IN_ONE = {"ae": "æÆ", "ff": "\ufb00", "fi": "\ufb01", "fl": "\ufb02", "oe": "œŒ", "ss": "ßẞ"}
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
    """Where words stand that begin so, whatever their accents and case; in order, about `most` of them."""
    found: dict[int, int] = {}
    for beginning in beginnings:
        for start in _starts(text, beginning):
            if start not in found and (word := WORD.match(text, start)):
                found[start] = word.end()
            if len(found) >= most:
                break
    return sorted(found.items())


def _starts(text: str, beginning: str) -> Iterator[int]:
    for match in _pattern(beginning).finditer(text):
        start = match.start()
        if not start or not text[start - 1].isalnum():
            yield start


@lru_cache(1_000)
def _pattern(beginning: str) -> re.Pattern[str]:
    """Sets of letters one after the other: the regular expressions of Python look for the first one quickly."""
    made, position = "", 0
    while position < len(beginning):
        pair = beginning[position : position + 2]
        if pair in _TWO_IN_ONE:
            made += f"(?:{_letters(pair[0])}{_letters(pair[1])}|[{_TWO_IN_ONE[pair]}])"
        elif len(pair) == 1:
            halves = "".join(both for two, both in _TWO_IN_ONE.items() if two[0] == pair)
            made += _letters(pair, halves)
        else:
            made += _letters(pair[0])
        position += 2 if pair in _TWO_IN_ONE else 1
    return re.compile(made)


def _letters(letter: str, more: str = "") -> str:
    forms = {letter, *_forms().get(letter, ""), *more}
    forms |= {upper for form in (letter, *more) if len(upper := form.upper()) == 1}
    return "[" + "".join(map(re.escape, sorted(forms))) + "]"


@lru_cache(1)
def _forms() -> dict[str, str]:
    """Accented letters, capitals among them, by the letter that they are without accent."""
    forms = dict(_NOT_DECOMPOSED)
    for code in (code for block in _LATIN for code in block):
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if base.isascii() and base.isalpha():
            forms[base] = forms.get(base, "") + chr(code)
    return forms
