"""Suspending, restoring and closing accounts: what ends, what stays, and what is told."""

import argparse
from datetime import timedelta
from functools import partial

import pytest
from pydantic import SecretStr

from contracts.account import PasswordChange
from contracts.errors import ErrorCode
from services.auth.adapters.store import PostgresStore
from services.auth.application.change_state import DEPART, RESTORE, SUSPEND, Act, ChangedState, RefusedChangeError
from services.auth.cli.states import change_state
from services.auth.domain.operator_words import RefusedWordsError
from services.auth.tests.system import NUMEN, PASSWORD, System, holder, refused, token

CAMILLE = "camille.brindacier"


def change(system: System, act: Act, **said: str) -> ChangedState:
    return system.auth.change_state(act, CAMILLE, **({"operator": "DPE bureau 3"} | said))


def events(system: System) -> list[tuple[str, dict[str, object]]]:
    rows = system.rows("SELECT routing_key, payload::jsonb AS body FROM outbox ORDER BY position")
    return [(row["routing_key"], row["body"]) for row in rows]


@pytest.mark.parametrize(("act", "state"), [(SUSPEND, "suspended"), (DEPART, "departed")])
def test_everything_that_was_open_ends_and_nothing_opens(system: System, act: Act, state: str) -> None:
    sessions = [system.active_agent(), system.sign_in()]
    before = len(events(system))
    assert change(system, act) == ChangedState(state, changed=True, sessions_ended=2)  # type: ignore[arg-type]
    for session in sessions:
        assert refused(ErrorCode.BAD_CREDENTIALS, partial(system.auth.sessions.verify, token(session)))
    credentials = system.credentials(CAMILLE, "lilas cheval tambour")
    for check in (system.auth.sign_in, system.auth.verify_password):
        assert refused(ErrorCode.BAD_CREDENTIALS, partial(check, credentials))
    told = events(system)[before:]
    assert [name for name, _ in told] == ["auth.session.ended", "auth.credential.changed", "auth.account.changed"]
    assert len(told[0][1]["session_ids"]) == 2  # type: ignore[arg-type]
    assert (told[2][1]["state"], told[2][1]["sequence"]) == (state, 3)


def test_a_restored_account_is_as_it_was(system: System) -> None:
    system.active_agent()
    change(system, SUSPEND)
    assert change(system, RESTORE) == ChangedState("active", changed=True)
    assert system.sign_in().agent.given_name == "Camille"
    changes = [body["state"] for name, body in events(system) if name == "auth.account.changed"]
    assert changes == ["active", "suspended", "active"]


def test_an_account_that_had_no_password_is_to_be_activated_again(system: System) -> None:
    system.import_line()
    ticket = system.ticket()
    change(system, DEPART)
    assert refused(ErrorCode.BAD_CREDENTIALS, partial(system.auth.sign_in, system.credentials(CAMILLE, NUMEN)))
    assert change(system, RESTORE).state == "never_activated"
    assert refused(ErrorCode.TICKET_EXPIRED, partial(system.activate, ticket))
    assert system.activate(system.ticket())


@pytest.mark.parametrize("ending", ["state", "password"])
def test_what_was_about_to_let_somebody_in_goes_as_well(system: System, ending: str) -> None:
    """An activation that was opened again by telephone, a recovery under way, a ticket for a new password."""
    mine = system.active_agent()
    account_id = mine.agent.account_id
    system.auth.call_back(CAMILLE, operator="DPE")
    with PostgresStore(system.database).begin() as tx:
        tx.add_recovery(b"recovery", account_id, system.clock() + timedelta(minutes=9))
        tx.put_reset_ticket(account_id, b"ticket", system.clock() + timedelta(minutes=9))
    if ending == "state":
        change(system, SUSPEND)
        change(system, RESTORE)
    else:
        new = PasswordChange(
            holder=holder(mine), current=SecretStr(PASSWORD), password=SecretStr("autre tambour des prés")
        )
        system.auth.change_password(new)
    for table in ("activation", "activation_ticket", "recovery_attempt", "reset_ticket"):
        assert system.rows(f"SELECT 1 FROM {table}") == []  # noqa: S608


@pytest.mark.parametrize("act", [SUSPEND, DEPART, RESTORE])
def test_a_second_time_changes_and_tells_nothing(system: System, act: Act) -> None:
    system.active_agent()
    change(system, act)
    before = events(system), system.rows("SELECT * FROM trail_head")
    assert not change(system, act).changed
    assert (events(system), system.rows("SELECT * FROM trail_head")) == before


def test_a_closed_account_is_not_suspended(system: System) -> None:
    system.active_agent()
    change(system, DEPART)
    with pytest.raises(RefusedChangeError):
        change(system, SUSPEND)
    with pytest.raises(RefusedChangeError):
        system.auth.change_state(SUSPEND, "nobody.here", operator="DPE")


def test_the_trail_says_who_did_it_and_why(system: System) -> None:
    system.active_agent()
    change(system, SUSPEND, reason="  arrêté du 31/08/2026,\n bureau 12 ")
    rows = system.rows("SELECT action, made_by, details FROM trail_line ORDER BY month, number")
    assert tuple(rows[-1].values()) == (
        "suspended",
        "administration",
        {"operator": "DPE bureau 3", "reason": "arrêté du 31/08/2026, bureau 12"},
    )
    assert list(system.auth.verify_trail().findings) == []


@pytest.mark.parametrize(
    "said",
    [
        {"reason": "née le 5 mars 1984"},
        {"reason": "05.03.84"},
        {"reason": "5/3/1984"},
        {"reason": "numen 10 e 98 12345 abc"},
        {"reason": "joindre au 04 67 00 00 00"},
        {"reason": "ecrire a c@exemple.fr"},
        {"reason": "x" * 201},
        {"operator": ""},
        {"operator": "marie@exemple.fr"},
        {"operator": NUMEN},
        {"operator": "x" * 65},
    ],
)
def test_words_that_must_not_be_kept_are_refused(system: System, said: dict[str, str]) -> None:
    system.active_agent()
    with pytest.raises(RefusedWordsError) as raised:
        change(system, SUSPEND, **said)
    assert next(iter(said.values())) not in str(raised.value) or said == {"operator": ""}
    assert system.sign_in()


def test_the_command_says_what_it_did(system: System, capsys: pytest.CaptureFixture[str]) -> None:
    system.active_agent()
    given = argparse.Namespace(address=CAMILLE, operator="DPE", reason="")
    for act in (SUSPEND, SUSPEND, DEPART, RESTORE):
        change_state(act, system.auth, given)
    assert capsys.readouterr().out.splitlines() == [
        "compte suspendu, 1 session terminée",
        "compte suspendu, déjà",
        "compte fermé, 0 session terminée",
        "compte ouvert, 0 session terminée",
    ]
    with pytest.raises(SystemExit):
        change_state(SUSPEND, system.auth, argparse.Namespace(address="x", operator="DPE", reason=""))
    assert capsys.readouterr().err == "aucun compte n’a cette adresse\n"
