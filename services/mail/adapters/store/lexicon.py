"""Words as the index knows them: PostgreSQL's French stemmer is asked, once for each word as long as it is remembered.

Beginnings need care, because the index has no endings: who types "administrat*" is to find administration, which is
kept as "administr". So the word is tried with the endings that French has, and what the stemmer makes of each is sought
besides the words that begin as typed.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from chassis.db import Transaction
from services.mail.domain.search_terms import Term
from services.mail.domain.sought import Sought, SoughtWord
from services.mail.domain.words import WORD

TERMS_REMEMBERED = 2_000
WORDS_REMEMBERED = 50_000
WORD_MAX = 200

_terms: dict[Term, Sought] = {}
_words: dict[str, str | None] = {}

_SUFFIXES = (
    *("ations", "issements", "ivement", "iquement", "ablement", "euses", "atrices", "eurs", "ives", "iques", "ifs"),
    *("istes", "ismes", "ables", "ances", "ences", "ités", "ières", "iers", "iennes", "iens", "elles", "els", "als"),
    *("aux", "eux", "ales", "ales", "aient", "ait", "antes", "ants", "ents", "issons", "issez", "erez", "eront"),
    *(
        "erions",
        "ées",
        "és",
        "er",
        "ir",
        "oir",
        "re",
        "ages",
        "ures",
        "esses",
        "ogies",
        "uses",
        "ets",
        "ettes",
        "aires",
    ),
)
_ENDINGS = sorted({suffix[start:] for suffix in _SUFFIXES for start in range(len(suffix) + 1)})

_LEXEMES = """
SELECT number, place, lexeme FROM unnest(%s::text[]) WITH ORDINALITY AS term (text, number),
    unnest(mail_vector(text)) AS word (lexeme, places, weights), unnest(places) AS place
"""
_GOING_ON = """
SELECT word, ARRAY(
    SELECT DISTINCT lexeme FROM unnest(%s::text[]) AS ending, unnest(ts_lexize('french_stem', word || ending)) AS lexeme
    WHERE NOT starts_with(lexeme, word))
FROM (SELECT lower(unaccent(text)) AS word FROM (VALUES (%s)) AS given (text)) AS folded
"""


def sought(tx: Transaction, terms: Sequence[Term]) -> list[Sought]:
    """Each term; those that are nothing but stop words are empty."""
    new = [term for term in dict.fromkeys(terms) if term not in _terms]
    if new:
        made = _look_up(tx, new)
        if len(_terms) + len(made) > TERMS_REMEMBERED:
            _terms.clear()
        _terms.update(made)
        return [made[term] if term in made else _terms[term] for term in terms]
    return [_terms[term] for term in terms]


def lexemes(tx: Transaction, words: Collection[str]) -> Mapping[str, str | None]:
    """What the index keeps of each word, None for a stop word."""
    found = {word: _words[word] for word in words if word in _words}
    new = [word for word in words if word not in found and len(word) <= WORD_MAX]
    if new:
        sql = "SELECT word, (SELECT min(lexeme) FROM unnest(mail_vector(word))) FROM unnest(%s::text[]) AS word"
        made: dict[str, str | None] = dict(tx.tuples(sql, (new,)))
        if len(_words) + len(made) > WORDS_REMEMBERED:
            _words.clear()
        _words.update(made)
        found |= made
    return found


def _look_up(tx: Transaction, terms: Sequence[Term]) -> dict[Term, Sought]:
    places: dict[int, dict[int, SoughtWord]] = defaultdict(dict)
    for number, place, lexeme in tx.tuples(_LEXEMES, ([term.text.replace("\0", " ") for term in terms],)):
        places[number][place] = SoughtWord(place, frozenset((lexeme,)))
    made: dict[Term, Sought] = {}
    for number, term in enumerate(terms, start=1):
        words = places[number]
        if term.prefix and (written := WORD.findall(term.text)):
            words[len(written)] = _going_on(tx, len(written), written[-1])
        made[term] = tuple(words[place] for place in sorted(words))
    return made


def _going_on(tx: Transaction, place: int, written: str) -> SoughtWord:
    ((word, known),) = tx.tuples(_GOING_ON, (_ENDINGS, written))
    return SoughtWord(place, frozenset(known), word)
