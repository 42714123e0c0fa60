"""What is sought, as the index knows words, and where it stands in a text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.mail.domain.words import WORD, Place, beginning_of, words_that_begin

CANDIDATES_MAX = 2_000
"""Words of one text that are looked at more closely."""


@dataclass(frozen=True, slots=True)
class SoughtWord:
    """place: counted in words from the first of its term. A word matches when its lexeme is one of `lexemes`, or begins
    with `prefix` where that is not empty."""

    place: int
    lexemes: frozenset[str]
    prefix: str = ""

    def matches(self, lexeme: str | None) -> bool:
        return lexeme is not None and (lexeme in self.lexemes or bool(self.prefix and lexeme.startswith(self.prefix)))


Sought = tuple[SoughtWord, ...]
"""One term: its words at their distances, without stop words; empty when there is nothing else in it."""


def candidates(text: str, sought: Iterable[Sought]) -> list[Place]:
    """Where words stand that may match: their lexemes say whether they do."""
    words = [word for term in sought for word in term]
    beginnings = {beginning_of(lexeme) for word in words for lexeme in (*word.lexemes, word.prefix) if lexeme}
    return words_that_begin(text, _shortest(beginnings), CANDIDATES_MAX)


def marks(
    text: str, places: Sequence[Place], sought: Iterable[Sought], lexemes: Mapping[str, str | None]
) -> list[Place]:
    """Those of `places`, which are candidates, where one of the terms stands, each word of a phrase by itself.
    `lexemes` has the lexeme of each candidate as it is written in the text; None: a stop word."""
    known = [(place, lexemes.get(text[slice(*place)])) for place in places]
    found: set[Place] = set()
    for term in sought:
        if len(term) == 1:
            found.update(place for place, lexeme in known if term[0].matches(lexeme))
        elif term:
            found.update(_phrases(text, known, term))
    return sorted(found)


def _shortest(beginnings: set[str]) -> list[str]:
    """Without those that begin with another one of them."""
    return [one for one in sorted(beginnings) if not any(one[:end] in beginnings for end in range(1, len(one)))]


def _phrases(text: str, known: Sequence[tuple[Place, str | None]], term: Sought) -> Iterable[Place]:
    numbers = {word.start(): number for number, word in enumerate(WORD.finditer(text))}
    by_number = {numbers[place[0]]: (place, lexeme) for place, lexeme in known if place[0] in numbers}
    for number in by_number:
        words = [by_number.get(number + word.place - term[0].place) for word in term]
        if all(found and word.matches(found[1]) for found, word in zip(words, term, strict=True)):
            yield from (found[0] for found in words if found)
