"""NUMEN, birth dates and UAI, as people and files write them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.domain.account import InvalidUaiError, parse_uai
from services.auth.domain.birth_date import InvalidBirthDateError, dates_within, parse_birth_date
from services.auth.domain.numen import InvalidNumenError, numens_within, parse_numen

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize("text", ["10E9812345ABC", "10e9812345abc", " 10 E 98 12345 ABC ", "10E98\u00a012345ABC"])
def test_case_and_spaces_of_a_numen_are_forgiven(text: str) -> None:
    assert parse_numen(text) == "10E9812345ABC"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10E9812345AB",
        "10E9812345ABCD",
        "1OE9812345ABC",
        "10E9812345AB1",
        "10É9812345ABC",
        "١٠E9812345ABC",
        "10E-9812345ABC",
        "10E9812345ABC" + " " * 64,
    ],
)
def test_what_is_no_numen_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(InvalidNumenError) as raised:
        parse_numen(text)
    assert raised.value.args == ()


@given(st.from_regex(r"[0-9]{2}[A-Z][0-9]{7}[A-Z]{3}", fullmatch=True), st.text(max_size=30), st.text(max_size=30))
def test_a_numen_hidden_in_a_text_is_found(numen: str, before: str, after: str) -> None:
    spread = "-".join(numen.lower())
    assert numen in numens_within(f"{before} {spread} {after}")


@given(st.from_regex(r"[0-9]{2}[A-Z][0-9]{7}[A-Z]{3}", fullmatch=True), st.data())
def test_a_numen_is_read_in_any_case_and_with_spaces_anywhere(numen: str, data: st.DataObject) -> None:
    spaces = st.sampled_from(("", "", " ", "\u00a0", "\u202f", "\t"))
    typed = "".join(data.draw(st.sampled_from((sign, sign.lower()))) + data.draw(spaces) for sign in numen)
    assert parse_numen(typed) == numen


@given(st.from_regex(r"[0-9]{2}[A-Z][0-9]{7}[A-Z]{3}", fullmatch=True), st.integers(0, 12), st.characters())
def test_a_sign_of_the_wrong_kind_makes_it_none(numen: str, place: int, sign: str) -> None:
    changed = numen[:place] + sign + numen[place + 1 :]
    fits = (str.isdigit if numen[place].isdigit() else str.isalpha)(sign) and sign.isascii()
    if fits:
        assert parse_numen(changed) == changed.upper()
    else:
        with pytest.raises(InvalidNumenError):
            parse_numen(changed)


@given(st.text(max_size=100))
def test_any_text_is_a_numen_or_refused(text: str) -> None:
    with suppress(InvalidNumenError):
        assert len(parse_numen(text)) == 13


@pytest.mark.parametrize("text", ["1984-03-05", "05/03/1984", " 05/03/1984 "])
def test_both_forms_of_a_birth_date_are_read(text: str) -> None:
    assert parse_birth_date(text, TODAY) == date(1984, 3, 5)


@pytest.mark.parametrize(
    "text",
    ["", "5/3/1984", "1984/03/05", "30/02/1984", "2026-11-26", "2031-01-01", "1899-12-31", "05.03.1984", "0000-01-01"],
)
def test_what_is_no_birth_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidBirthDateError):
        parse_birth_date(text, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "05031984",
        "5 mars 1984",
        "le5mars84",
        "1984-3-5",
        "19840305",
        "le 05/03/1984 !",
        "050384xyz",
        "05-03-84",
        "mars1984, puis le 5: 05 mars 1984",
        "840305",
        "x0305198405031984",
        "03051984",
    ],
)
def test_a_birth_date_hidden_in_a_text_is_found(text: str) -> None:
    assert date(1984, 3, 5) in dates_within(text)


def test_other_digits_hide_no_birth_date() -> None:
    assert date(1984, 3, 5) not in dates_within("12 rue des lilas 34000, 0467891234")


@pytest.mark.parametrize("text", ["0340042X", "0340042x", " 0340042 X"])
def test_an_uai_is_seven_digits_and_a_letter(text: str) -> None:
    assert parse_uai(text) == "0340042X"


@pytest.mark.parametrize("text", ["", "340042X", "03400421", "0340042XX", "0340042É"])
def test_what_is_no_uai_is_refused(text: str) -> None:
    with pytest.raises(InvalidUaiError):
        parse_uai(text)
