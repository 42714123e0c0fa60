"""From names to addresses, for every kind of name that a French administration meets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.domain.address import (
    MAX_LOCAL_PART,
    UnspeakableNameError,
    base_local_part,
    names_from,
    normalise_login,
    numbered,
)
from services.auth.domain.names import MAX_NAME_CHARACTERS, InvalidNameError, tidy


@pytest.mark.parametrize(
    ("given_name", "family_name", "expected"),
    [
        ("Camille", "Brindacier", "camille.brindacier"),
        ("Jean-François", "d'Alès", "jean-francois.dales"),
        ("Jean-François", "d’Alès", "jean-francois.dales"),
        ("Anne Marie", "de La Tour", "anne-marie.de-la-tour"),
        ("Linh", "N'Guyen", "linh.nguyen"),
        ("Zoë", "Müller-Lüdenscheidt", "zoe.muller-ludenscheidt"),
        ("Éloïse", "Œuvrard", "eloise.oeuvrard"),
        ("Lætitia", "Strauß", "laetitia.strauss"),
        ("Søren", "Ørsted", "soren.orsted"),
        ("Łucja", "Đorđević", "lucja.dordevic"),
        ("José  María", "O'Neill", "jose-maria.oneill"),
        ("Noé-Éric", "Saint - Côme", "noe-eric.saint-come"),
        ("İpek", "Yıldız", "ipek.yildiz"),
        ("Marie 2", "Le Goff (épouse)", "marie.le-goff-epouse"),
        ("JÉRÔME", "ÇELIK", "jerome.celik"),
        ("Jo", "🎓 Martin", "jo.martin"),
    ],
)
def test_an_address_begins_with_the_names(given_name: str, family_name: str, expected: str) -> None:
    assert base_local_part(given_name, family_name) == expected


@pytest.mark.parametrize(("given_name", "family_name"), [("🎓", "Martin"), ("Jean", "…"), ("", "Martin"), ("花", "子")])
def test_a_name_without_latin_letters_has_no_address(given_name: str, family_name: str) -> None:
    with pytest.raises(UnspeakableNameError):
        base_local_part(given_name, family_name)


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200), st.integers(1, 99_999))
def test_any_name_gives_a_fit_local_part_or_none(given_name: str, family_name: str, number: int) -> None:
    try:
        local_part = numbered(base_local_part(given_name, family_name), number)
    except UnspeakableNameError:
        return
    assert len(local_part) <= MAX_LOCAL_PART
    assert normalise_login(local_part, "ac.example") == f"{local_part}@ac.example"


@pytest.mark.parametrize(("given_length", "family_length"), [(200, 200), (1, 200), (200, 1), (28, 28), (29, 30)])
def test_two_long_names_still_both_show(given_length: int, family_length: int) -> None:
    base = base_local_part("a" * given_length, "b" * family_length)
    assert len(numbered(base, 99_999)) <= MAX_LOCAL_PART
    assert base.count("a") >= min(given_length, 28)
    assert base.count("b") >= min(family_length, 28)


def test_homonyms_get_a_number_from_two() -> None:
    assert [numbered("jean.martin", number) for number in (1, 2, 13)] == [
        "jean.martin",
        "jean.martin2",
        "jean.martin13",
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Jean.MARTIN@AC.example ", "jean.martin@ac.example"),
        ("jean.martin", "jean.martin@ac.example"),
        ("jean.martin@autre.example", None),
        ("jean martin", None),
        ("jean.martin@ac.example@x", None),
        ("", None),
        ("a" * 65, None),
        ("jean..martin", None),
        ("jean.martin\x00", None),
        ("jéan", None),
    ],
)
def test_a_login_is_an_address_or_its_local_part(typed: str, meant: str | None) -> None:
    assert normalise_login(typed, "ac.example") == meant


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("DUPONT-MOREAU", "Dupont-Moreau"),
        ("  d’Alès ", "d’Alès"),
        ("N'GUYEN", "N'Guyen"),
        ("E\u0301LODIE", "Élodie"),
        ("McDonald", "McDonald"),
        ("le   Goff", "le Goff"),
        ("X", "X"),
    ],
)
def test_names_are_kept_tidy(written: str, kept: str) -> None:
    assert tidy(written) == kept
    assert tidy(kept) == kept


@pytest.mark.parametrize("name", ["", "   ", "a\x00b", "a\u202eb", "a" * (MAX_NAME_CHARACTERS + 1)])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidNameError):
        tidy(name)


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("camille.brindacier@ac.example", ("Camille", "Brindacier")),
        ("jean-francois.dales2@ac.example", ("Jean-Francois", "Dales")),
        ("admin@ac.example", ("Admin", "Admin")),
        ("007@ac.example", ("007", "007")),
    ],
)
def test_an_address_gives_names(address: str, names: tuple[str, str]) -> None:
    assert names_from(address) == names
