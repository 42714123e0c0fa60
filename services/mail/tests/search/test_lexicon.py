"""Words sought and words found: what the index matches is what is marked, in full and by beginnings."""

import unicodedata

import pytest

from chassis.db import Database
from services.mail.adapters.store.lexicon import lexemes, sought
from services.mail.adapters.store.search import ANY_FIELD, tsquery
from services.mail.domain.search_terms import Term, parse_terms
from services.mail.domain.sought import candidates, marks
from services.mail.domain.words import WORD
from services.mail.tests.search.french_words import WORDS


def found_by_index(database: Database, text: str, asked: str) -> bool:
    with database.transaction() as tx:
        query = tsquery(sought(tx, parse_terms(asked)), ANY_FIELD)
        ((found,),) = tx.tuples("SELECT mail_vector(%s) @@ %s::tsquery", (text, query))
    return bool(found)


def marked(database: Database, text: str, asked: str) -> list[str]:
    with database.transaction() as tx:
        terms = sought(tx, parse_terms(asked))
        places = candidates(text, terms)
        known = lexemes(tx, {text[start:end] for start, end in places})
    return [text[start:end] for start, end in marks(text, places, terms, known)]


def test_every_word_that_the_index_finds_is_marked_and_no_other(mail_database: Database) -> None:
    single = [word for word in WORDS if WORD.fullmatch(word)]
    text = " ".join(single)
    with mail_database.transaction() as tx:
        known = lexemes(tx, single)
    for asked in single:
        if known[asked] is not None:
            assert marked(mail_database, text, asked) == [word for word in single if known[word] == known[asked]]


def test_every_word_is_found_by_each_of_its_beginnings(mail_database: Database) -> None:
    for word in WORDS:
        for end in range(3, len(word) + 1):
            if word[:end].isalpha():
                assert found_by_index(mail_database, word, word[:end] + "*"), word[:end]
                assert WORD.findall(word)[0] in marked(mail_database, word, word[:end] + "*"), word[:end]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("les chevaux", "cheval"),
        ("Le cœur et la sœur", "coeur"),
        ("les oeuvres complètes", "œuvre"),
        ("à l’école", "l'ecole"),
        ("AUJOURD’HUI", "aujourd'hui"),
        ("c’est-à-dire", "c'est-à-dire"),
        ("un rendez-vous", "rendez-vous"),
        ("le 12/09/2026 à 8h30", "12/09/2026"),
        ("Mme Dupont-Martin", "dupont martin"),
        ("paul.durand@ac-montpellier.fr", '"paul.durand@ac-montpellier.fr"'),
        ("facture_2026-09.pdf", "facture_2026"),
        ("O’Brien et N'Guyen", "o'brien n’guyen"),
        ("привет мир, élève", "привет eleve"),
        ("les parents", "par*"),
        ("la leçon", "le*"),
        ("ÉTÉ", "ete"),
    ],
)
def test_french_as_it_is_written(mail_database: Database, text: str, asked: str) -> None:
    assert found_by_index(mail_database, text, asked)
    assert marked(mail_database, text, asked)
    assert marked(mail_database, unicodedata.normalize("NFC", text.upper()), asked)


@pytest.mark.parametrize(
    ("text", "asked"), [("le collège", "lycee"), ("2026 09", '"09 2026"'), ("le parlement", "perle")]
)
def test_what_is_another_word_is_not_found(mail_database: Database, text: str, asked: str) -> None:
    assert not found_by_index(mail_database, text, asked)
    assert not marked(mail_database, text, asked)


def test_stop_words_alone_are_nothing(mail_database: Database) -> None:
    with mail_database.transaction() as tx:
        assert sought(tx, [Term("les"), Term("à la"), Term("😀")]) == [(), (), ()]
