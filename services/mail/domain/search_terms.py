"""What a person means by the text of a search condition (RFC 8621 §4.4.1): words, "phrases" in quotes, all of them to
be found. A word that ends in * stands for every word that begins so."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_TERMS = 20
MAX_TERM_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Term:
    """`text` is one word or phrase; `prefix`: its last word may go on."""

    text: str
    prefix: bool = False


def parse_terms(text: str) -> list[Term]:
    """At most MAX_TERMS terms; a backslash in quotes takes the next character as it is."""
    terms: list[Term] = []
    position = 0
    while position < len(text) and len(terms) < MAX_TERMS:
        if text[position].isspace():
            position += 1
        elif text[position] in "\"'" and text.find(text[position], position + 1) > 0:
            position = _phrase(text, position, terms)
        else:
            position = _word(text, position, terms)
    return terms


def literal_patterns(terms: Sequence[Term]) -> list[str]:
    """Regular expressions (POSIX, as PostgreSQL reads them) that find the terms as they are written, in lower case; one
    of letters only as a whole word."""
    return [f"\\m{term.text.lower()}\\M" if term.text.isalnum() else re.escape(term.text.lower()) for term in terms]


def _phrase(text: str, start: int, terms: list[Term]) -> int:
    quote, characters, position = text[start], [], start + 1
    while position < len(text) and text[position] != quote:
        if text[position] == "\\" and position + 1 < len(text):
            position += 1
        characters.append(text[position])
        position += 1
    _add(terms, "".join(characters), prefix=False)
    return position + 1


def _word(text: str, start: int, terms: list[Term]) -> int:
    end = start
    while end < len(text) and not text[end].isspace() and text[end] != '"':
        end += 1
    end = max(end, start + 1)
    word = text[start:end]
    _add(terms, word.rstrip("*"), prefix=word.endswith("*"))
    return end


def _add(terms: list[Term], text: str, *, prefix: bool) -> None:
    if text.strip():
        terms.append(Term(text[:MAX_TERM_CHARACTERS], prefix))
