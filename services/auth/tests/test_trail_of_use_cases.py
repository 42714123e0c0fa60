"""What the use cases leave in the trail: who, what and from where, and nothing that was typed."""

import pytest
from pydantic import SecretStr

from contracts.auth import Client, Credentials
from contracts.errors import ErrorCode
from services.auth.tests.system import NUMEN, PASSWORD, System, refused

CAMILLE = "camille.brindacier"
WRONG = "mot de passe essayé 17"


def noted(system: System) -> list[tuple[str, str, bool, str, dict[str, object]]]:
    rows = system.rows("SELECT * FROM trail_line ORDER BY month, number")
    return [(r["action"], r["made_by"], r["account_id"] is not None, r["source"], r["details"]) for r in rows]


def program(password: str, user_agent: str = "Thunderbird", source: str = "192.0.2.1") -> Credentials:
    client = Client(source=source, user_agent=user_agent)
    return Credentials(login=CAMILLE, password=SecretStr(password), client=client)


def test_from_the_file_to_the_session_and_out(system: System) -> None:
    system.active_agent()
    system.sign_in()
    assert noted(system) == [
        ("account-created", "administration", True, "", {}),
        ("activation-started", "unknown", True, "192.0.2.1", {}),
        ("activated", "agent", True, "", {}),
        ("signed-in", "agent", True, "192.0.2.1", {}),
    ]


@pytest.mark.parametrize(("login", "known"), [(CAMILLE, True), ("nobody.here", False), ("\0 💥", False)])
@pytest.mark.parametrize("password", [WRONG, NUMEN.replace("1", "2")])
def test_a_failure_is_noted_for_whom_it_was_meant_and_never_what_was_typed(
    system: System, login: str, known: bool, password: str
) -> None:
    system.import_line()
    for check in (system.auth.sign_in, system.auth.verify_password):
        refused(ErrorCode.BAD_CREDENTIALS, lambda check=check: check(system.credentials(login, password)))  # type: ignore[misc]
    assert noted(system)[1:] == [("sign-in-failed", "unknown", known, "192.0.2.1", {})] * 2
    kept = repr(system.rows("SELECT * FROM trail_line"))
    assert [typed for typed in (WRONG, NUMEN, password, "nobody", "camille") if typed in kept] == []


def test_a_numen_that_a_program_sends_is_noted_like_any_other_failure(system: System) -> None:
    """Or the time taken would tell who has just guessed a NUMEN right."""
    system.import_line()
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.auth.verify_password(system.credentials(CAMILLE, NUMEN)))
    assert noted(system)[-1][:2] == ("sign-in-failed", "unknown")


def test_a_program_is_noted_once_a_day_from_each_place(system: System) -> None:
    system.active_agent()
    before = len(noted(system))
    for _ in range(3):
        system.auth.verify_password(program(PASSWORD))
        system.clock.advance(minutes=10)
    assert [line[:2] for line in noted(system)[before:]] == [("program-signed-in", "agent")]
    system.auth.verify_password(program(PASSWORD, user_agent="K-9"))
    system.auth.verify_password(program(PASSWORD, source="192.0.2.2"))
    assert len(noted(system)) == before + 3
    system.clock.advance(days=1)
    system.auth.verify_password(program(PASSWORD))
    assert len(noted(system)) == before + 4


def test_what_a_file_changes_is_noted_by_the_names_of_the_columns(system: System) -> None:
    system.import_line()
    system.import_line()
    system.import_line(nom="Fictif", uai="0340099Z")
    system.import_line(nom="Fictif", uai="0340099Z", date_naissance="1984-03-06")
    assert [line[4] for line in noted(system)] == [
        {},
        {"fields": "family_name,uai"},
        {"fields": "birth_date"},
    ]


def test_an_account_made_by_hand_is_noted_each_time_that_something_changes(system: System) -> None:
    for password in (PASSWORD, PASSWORD, WRONG):
        system.auth.make_agent("jean.martin", password, category="", uai="0340042X", departement="")
    assert [line[0] for line in noted(system)] == ["account-created", "activated", "password-changed"]


def test_an_intact_trail_is_left_behind(system: System) -> None:
    system.active_agent()
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.auth.sign_in(system.credentials(CAMILLE, WRONG)))
    system.auth.verify_password(program(PASSWORD))
    assert list(system.auth.verify_trail().findings) == []
