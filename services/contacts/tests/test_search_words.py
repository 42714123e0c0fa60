"""How cards are found: by the beginning of any word, without accents or case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contacts.domain.search_words import (
    MAX_LEXEMES,
    Lexemes,
    SearchField,
    fold,
    prefix_query,
    sort_key,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Léonie BERGAMOTE", ["leonie", "bergamote"]),
        ("Cœur d’Hérault", ["coeur", "d", "herault"]),
        ("Müller-Lüdenscheidt", ["muller", "ludenscheidt"]),
        ("e\u0301le\u0300ve", ["eleve"]),
        ("花子 Ωμέγα", ["花子", "ωμεγα"]),
        ("… 🎓 !", []),
    ],
)
def test_words_have_no_accents_or_case(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("dupont lycée", None, "'dupont':* & 'lycee':*"),
        ("Jean-Fr", None, "'jean':* & 'fr':*"),
        ("zoé", SearchField.NAME, "'n/zoe':*"),
        ("Camille.Brindacier@ac", None, "'camille.brindacier@ac':*"),
        ("x'y@z\\", None, "'x''y@z\\\\':*"),
        ("@ecole", None, "'ecole':*"),
        ("  ", None, ""),
        ("…", None, None),
    ],
)
def test_typing_becomes_prefixes(text: str, field: SearchField | None, expected: str | None) -> None:
    assert prefix_query(text, field) == expected


def test_an_endless_question_is_cut() -> None:
    assert str(prefix_query("mot " * 1_000)).count("mot") == 16


def test_an_endless_card_is_cut() -> None:
    lexemes = Lexemes()
    lexemes.add(" ".join(f"mot{n}" for n in range(10_000)), SearchField.NOTE)
    assert len(lexemes.all()) == MAX_LEXEMES


def test_a_phone_is_found_however_it_is_grouped() -> None:
    lexemes = Lexemes()
    lexemes.add_phone("+33 1 99 00 12 34")
    assert {"33199001234", "0199001234", "99"} <= set(lexemes.all())


def test_a_name_with_an_apostrophe_is_found_both_ways() -> None:
    lexemes = Lexemes()
    lexemes.add("N’Guyen d'Alès", SearchField.SURNAME)
    assert {"n", "guyen", "nguyen", "ales", "dales", "s/dales"} <= set(lexemes.all())


def test_names_sort_without_accents_and_hyphens() -> None:
    assert sorted(["Zoé", "Éric", "Le Goff", "LEFÈVRE"], key=sort_key) == ["Éric", "Le Goff", "LEFÈVRE", "Zoé"]


@given(st.text())
def test_folding_leaves_nothing_that_a_database_refuses(text: str) -> None:
    assert "\x00" not in fold(text)
    query = prefix_query(text)
    assert query is None or "\x00" not in query
