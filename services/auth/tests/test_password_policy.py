"""Which passwords are refused, and with which advice."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.auth import Agent
from services.auth.adapters.common_passwords import is_listed
from services.auth.domain.password_policy import Personal, normalise_password, weaknesses
from services.auth.domain.personal_words import personal_words

AGENT = Agent(
    account_id="aabcdefghijkl",
    address="marc-antoine.dales2@ac.example",
    given_name="Marc-Antoine",
    family_name="d’Alès",
    category="direction",
    uai="0340042X",
    departement="Hérault",
)
PERSONAL = Personal(
    personal_words(AGENT, "mdales2"),
    is_numen=lambda candidate: candidate == "10E9812345ABC",
    is_birth_date=lambda candidate: candidate == date(1984, 3, 5),
)


@pytest.mark.parametrize(
    "password",
    [
        "lilas cheval tambour",
        "Qu'il fait beau, ce matin !",
        "démarche du 12/04/2019",
        "x9$Kq2!vT7wZ",
        "éàüçñßœ花鳥風月木水",
        "la mer, les remparts, 1241",
        "📚📐🖍️ trousse rouge",
        " " + "phrase avec espaces" + " ",
        "tambour " * 100,
    ],
)
def test_long_and_unlike_its_owner_is_enough(password: str) -> None:
    assert weaknesses(normalise_password(password), PERSONAL) == []


@pytest.mark.parametrize(
    ("password", "advice"),
    [
        ("lilas tambo", ["too-short"]),
        ("", ["too-short", "too-common"]),
        ("x" * 1025, ["too-long"]),
        ("é" * 513, ["too-long"]),
        ("motdepasse2026", ["too-common"]),
        ("M0tDeP@sse!!!!!!", ["too-common"]),
        ("Azertyuiop123", ["too-common"]),
        ("123456789012", ["too-common"]),
        ("987654321098", ["too-common"]),
        ("198273645546", ["too-common"]),
        ("bonjourbonjour", ["too-common"]),
        ("MontpellierRectorat2026", ["too-common"]),
        ("abcabcabcabc", ["too-common"]),
        ("aaaaaaaaaaaaaaaa", ["too-common"]),
        ("azertyqsdfghwxcvbn", ["too-common"]),
        ("10e98 12345 abc et puis", ["too-personal"]),
        ("tambour 05/03/1984", ["too-personal"]),
        ("tambour 5 ou 050384", ["too-personal"]),
        ("lycée 0340042x tambour", ["too-personal"]),
        ("Marc-tambour-lilas", ["too-personal"]),
        ("antoinetambourlilas", ["too-personal"]),
        ("tambourDALES9lilas", ["too-personal"]),
        ("marc-antoine.dales2", ["too-personal"]),
        ("lilas MDales2 tambour", ["too-personal"]),
        ("Dalès", ["too-short", "too-personal"]),
    ],
)
def test_what_is_refused_is_explained(password: str, advice: list[str]) -> None:
    assert weaknesses(normalise_password(password), PERSONAL) == advice


@pytest.mark.parametrize(
    "password",
    [
        "manchesterunited",
        "ManchesterUnited",
        "mänchesterUnited",
        "m4nch3sterun1ted",
        "Manchesterunited2026!",
        "2026-manchesterunited",
        "barcelona2010",
    ],
)
def test_what_is_on_the_large_list_is_too_common_also_in_disguise(password: str) -> None:
    assert weaknesses(password, PERSONAL) == []
    assert weaknesses(password, PERSONAL, is_listed) == ["too-common"]


@pytest.mark.parametrize(
    "password",
    [
        "lilas cheval tambour",
        "Qu'il fait beau, ce matin !",
        "démarche du 12/04/2019",
        "x9$Kq2!vT7wZ",
        "éàüçñßœ花鳥風月木水",
        "manchesterunited 7719 0352 4468",
        "tambour " * 100,
        "lone \ud800 surrogate",
    ],
)
def test_what_nobody_chose_before_is_not_on_the_list(password: str) -> None:
    assert weaknesses(normalise_password(password), PERSONAL, is_listed) == []


def test_a_short_name_inside_another_word_is_no_fault() -> None:
    assert weaknesses("démarcheusement tranquille", PERSONAL) == []


def test_keyboards_that_compose_letters_differently_agree() -> None:
    assert normalise_password("e\u0301te\u0301 au lyce\u0301e\u00a0!") == normalise_password("été au lycée !")


@given(st.text(max_size=1100))
def test_any_text_is_judged(password: str) -> None:
    assert set(weaknesses(normalise_password(password), PERSONAL)) <= {
        "too-short",
        "too-long",
        "too-common",
        "too-personal",
    }


@pytest.mark.parametrize("password", ["azerty" * 170, "1" * 1024, "ab" * 512, "motdepasse" * 102, "05/" * 340])
def test_judging_the_longest_password_takes_no_time(password: str) -> None:
    started = time.perf_counter()
    weaknesses(password, PERSONAL, lambda spelled: not spelled)
    assert time.perf_counter() - started < 0.2
