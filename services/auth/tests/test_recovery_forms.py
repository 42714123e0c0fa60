"""Recovery addresses and printed codes, as people type them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.domain.paper_code import (
    GROUP,
    RECOVERY_GROUPS,
    InvalidPaperCodeError,
    new_paper_code,
    parse_paper_code,
)
from services.auth.domain.recovery_email import (
    MAX_ADDRESS,
    InvalidRecoveryEmailError,
    masked,
    parse_recovery_email,
)

DOMAIN = "ac-montpellier.example"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("camille@exemple.fr", "camille@exemple.fr"),
        (" Camille.B+secours@Exemple.FR ", "Camille.B+secours@exemple.fr"),
        ("o'brien_x@a.b-c.co", "o'brien_x@a.b-c.co"),
        ("c@mail.ac-montpellier.example.fr", "c@mail.ac-montpellier.example.fr"),
        ("c@xac-montpellier.example", "c@xac-montpellier.example"),
    ],
)
def test_an_address_of_ones_own_is_kept(typed: str, kept: str) -> None:
    assert parse_recovery_email(typed, DOMAIN) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "camille",
        "@exemple.fr",
        "camille@",
        "camille@exemple",
        "camille@192.0.2.1",
        "camille@[192.0.2.1]",
        "camille@exemple..fr",
        "camille@-exemple.fr",
        ".camille@exemple.fr",
        "cam ille@exemple.fr",
        '"cam ille"@exemple.fr',
        "a@b@exemple.fr",
        "camille@exemple.fr\r\nBcc: x@exemple.fr",
        "camille@exemple.fr, x@exemple.fr",
        "camille\x00@exemple.fr",
        "amélie@exemple.fr",
        "a" * 65 + "@exemple.fr",
        "a@" + "b." * 130 + "fr",
        "camille.brindacier@ac-montpellier.example",
        "camille@AC-Montpellier.example",
        "camille@mail.ac-montpellier.example",
    ],
)
def test_what_cannot_serve_is_refused_without_being_told(typed: str) -> None:
    with pytest.raises(InvalidRecoveryEmailError) as raised:
        parse_recovery_email(typed, DOMAIN)
    assert raised.value.args == ()


@given(st.text(max_size=60))
def test_whatever_is_kept_fits_on_one_header_line(text: str) -> None:
    with suppress(InvalidRecoveryEmailError):
        kept = parse_recovery_email(text + "@exemple.fr", DOMAIN)
        assert kept.isascii()
        assert kept.isprintable()
        assert not set(kept) & set(' ,;:<>()[]"\\')
        assert len(kept) <= MAX_ADDRESS


def test_a_mask_tells_one_letter_and_the_domain() -> None:
    assert masked("camille@exemple.fr") == "c•••@exemple.fr"
    assert masked("c@exemple.fr") == "c•••@exemple.fr"


def test_a_printed_code_holds_eighty_bits_and_more() -> None:
    codes = {new_paper_code(RECOVERY_GROUPS) for _ in range(2_000)}
    assert len(codes) == 2_000
    assert len(set("".join(codes)) - {"-"}) ** (RECOVERY_GROUPS * GROUP) > 2**80


@given(st.sampled_from([" ", "", "-", "–", "\u00a0", "\u202f"]), st.booleans())
def test_a_printed_code_is_known_again_however_it_is_typed(between: str, upper: bool) -> None:
    code = new_paper_code(RECOVERY_GROUPS)
    typed = between.join(code.split("-"))
    typed = typed.upper() if upper else typed.lower()
    assert parse_paper_code(typed, RECOVERY_GROUPS) == code.replace("-", "")


@given(st.text(max_size=80))
def test_any_text_is_a_printed_code_or_refused(text: str) -> None:
    with suppress(InvalidPaperCodeError):
        assert len(parse_paper_code(text, RECOVERY_GROUPS)) == RECOVERY_GROUPS * GROUP


def test_a_code_of_another_kind_is_none() -> None:
    with pytest.raises(InvalidPaperCodeError):
        parse_paper_code(new_paper_code(), RECOVERY_GROUPS)
