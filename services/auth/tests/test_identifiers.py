"""Addresses and short identifiers of people as they are called: particles, every French diacritic, emoji, homonyms."""

import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from string import ascii_letters

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.auth.domain.address import MAX_LOCAL_PART, base_local_part, normalise_login, numbered
from services.auth.domain.names import MAX_NAME_CHARACTERS
from services.auth.domain.paper_code import ALPHABET, InvalidPaperCodeError, new_paper_code, parse_paper_code
from services.auth.domain.short_login import short_login_base, short_login_typed
from services.auth.tests.system import System

DIACRITICS = "àâäçéèêëîïôöùûüÿœæñ"
PARTICLES = (
    "de ",
    "du ",
    "des ",
    "d’",
    "d'",
    "de la ",
    "de l’",
    "le ",
    "La ",
    "N’",
    "O'",
    "Mac",
    "von ",
    "da ",
    "ben ",
)
BETWEEN = (" ", "-", " - ", "’", "'", "  ", ". ")
EMOJI = ("🎓", "☕", "🇫🇷")

words = st.text(ascii_letters + DIACRITICS + DIACRITICS.upper(), min_size=1, max_size=12)
names = st.builds(
    lambda particle, first, more, ending: (particle + first + "".join(more) + ending)[:MAX_NAME_CHARACTERS],
    st.sampled_from(("", *PARTICLES)),
    words,
    st.lists(st.builds(str.__add__, st.sampled_from(BETWEEN), words), max_size=20),
    st.sampled_from(("", *EMOJI)),
)


@given(names, names, st.integers(1, 99_999))
def test_everybody_with_a_latin_letter_has_an_address_and_a_short_identifier(
    given: str, family: str, number: int
) -> None:
    base = base_local_part(given, family)
    local_part = numbered(base, number)
    assert len(local_part) <= MAX_LOCAL_PART
    assert normalise_login(local_part.upper(), "ac.example") == f"{local_part}@ac.example"
    given_part, _, family_part = base.partition(".")
    for part in (given_part, family_part):
        assert part.strip("-") == part != ""
        assert part.replace("-", "").isascii()
        assert part.replace("-", "").isalpha()
    short = short_login_base(f"{local_part}@ac.example")
    assert short == given_part[0] + family_part.replace("-", "")[:7]
    assert short_login_typed(numbered(short, number)) == numbered(short, number)


@given(names, names)
def test_how_a_name_is_typed_does_not_change_the_address(given: str, family: str) -> None:
    base = base_local_part(given, family)
    for spell in (str.upper, str.lower, decomposed, composed, bent):
        assert base_local_part(spell(given), spell(family)) == base


def test_every_french_diacritic_becomes_its_letter() -> None:
    expected = ("a", "a", "a", "c", "e", "e", "e", "e", "i", "i", "o", "o", "u", "u", "u", "y", "oe", "ae", "n")
    for letter, plain in zip(DIACRITICS, expected, strict=True):
        for spelt in (letter, letter.upper(), decomposed(letter)):
            assert base_local_part(f"Jo{spelt}", f"{spelt}m") == f"jo{plain}.{plain}m"


NUMENS = count()


@settings(
    max_examples=15,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(people=st.lists(st.tuples(st.sampled_from(("Jean", "Jo", "JEAN", "Jéan", "J")), names), min_size=1, max_size=30))
def test_nobody_gets_what_another_has(system: System, people: Sequence[tuple[str, str]]) -> None:
    """The database goes on from one example to the next: homonyms come in one file, later, and at the same time."""
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda part: take_in(system, people[part::3]), range(3)))
    for column, ledger in (("address", "address_ledger"), ("short_login", "short_login_ledger")):
        of_accounts = [row[column] for row in system.rows(f"SELECT {column} FROM account")]  # noqa: S608
        of_ledger = {row[column] for row in system.rows(f"SELECT {column} FROM {ledger}")}  # noqa: S608
        assert len(of_accounts) == len(set(of_accounts))
        assert set(of_accounts) <= of_ledger


@given(st.data())
def test_a_code_is_read_as_it_was_meant(data: st.DataObject) -> None:
    code = new_paper_code()
    plain = code.replace("-", "")
    assert set(plain) <= set(ALPHABET)
    assert len(plain) == 12
    between = st.sampled_from(("", " ", "-", "\u2013", "\u00a0", " - "))
    typed = "".join(data.draw(st.sampled_from((letter, letter.lower()))) + data.draw(between) for letter in plain)
    assert parse_paper_code(typed) == plain
    misread = plain.translate(str.maketrans("8652V", "BGSZU"))
    assert parse_paper_code(misread) == plain


@given(st.text(max_size=80))
def test_any_text_is_a_code_or_refused(text: str) -> None:
    try:
        code = parse_paper_code(text)
    except InvalidPaperCodeError:
        return
    assert len(code) == 12
    assert set(code) <= set(ALPHABET)


def take_in(system: System, people: Sequence[tuple[str, str]]) -> None:
    lines = [
        (
            line,
            {
                "nom": family,
                "prenom": given_name,
                "date_naissance": "1984-03-05",
                "numen": f"34E98{next(NUMENS):05}ABC",
                "categorie": "direction",
                "uai": "0340042X",
                "departement": "Gard",
            },
            "",
        )
        for line, (given_name, family) in enumerate(people, start=2)
    ]
    refused: list[str] = []
    system.auth.import_agents(lines, lambda _, reason: refused.append(reason))
    assert not refused


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def bent(text: str) -> str:
    """With the other apostrophe."""
    return text.translate(str.maketrans("'’", "’'"))
