"""Accounts made at once from the command line."""

import pytest

from contracts.errors import ErrorCode, ServiceError
from services.auth.application.make_agent import MadeAgent, RefusedAgentError
from services.auth.tests.system import System, token

GOOD = "tambour des lilas"


def make(system: System, address: str, password: str = GOOD) -> MadeAgent:
    return system.auth.make_agent(address, password, category="technique", uai="0340042X", departement="Gard")


def test_a_new_address_becomes_an_active_account(system: System) -> None:
    made = make(system, "Marie-Anne.Le-Goff@ac-montpellier.example")
    agent = system.sign_in("marie-anne.le-goff", "tambour des lilas").agent
    assert (agent.account_id, agent.given_name, agent.family_name) == (made.account_id, "Marie-Anne", "Le-Goff")
    assert made.advice == ()
    events = system.rows("SELECT routing_key, payload::jsonb ->> 'state' AS state FROM outbox")
    assert [tuple(row.values()) for row in events] == [("auth.account.created", "active")]


def test_again_with_the_same_password_changes_nothing(system: System) -> None:
    first = make(system, "jean.martin")
    session = system.sign_in("jean.martin", "tambour des lilas")
    assert make(system, "jean.martin") == first
    assert system.auth.sessions.verify(token(session))
    assert len(system.rows("SELECT 1 FROM outbox")) == 1


def test_an_imported_agent_is_activated_and_keeps_its_identity(system: System) -> None:
    system.import_line()
    make(system, "camille.brindacier")
    agent = system.sign_in(password="tambour des lilas").agent
    assert (agent.category, agent.departement) == ("enseignant 2nd degré", "Hérault")


def test_another_password_ends_the_sessions(system: System) -> None:
    make(system, "jean.martin")
    session = system.sign_in("jean.martin", "tambour des lilas")
    make(system, "jean.martin", "autre tambour des prés")
    with pytest.raises(ServiceError) as raised:
        system.auth.sessions.verify(token(session))
    assert raised.value.code == ErrorCode.BAD_CREDENTIALS
    assert system.sign_in("jean.martin", "autre tambour des prés")


def test_the_operator_is_warned_of_a_weak_password(system: System) -> None:
    assert make(system, "jean.martin", "secret").advice == ("too-short", "too-common")
    assert system.sign_in("jean.martin", "secret")


@pytest.mark.parametrize(
    ("address", "password"),
    [("jean.martin@autre.example", "x"), ("jean martin", "x"), ("jean.martin", ""), ("a.b", "x" * 1025)],
)
def test_what_cannot_be_made_is_refused(system: System, address: str, password: str) -> None:
    with pytest.raises(RefusedAgentError):
        make(system, address, password)
    assert system.rows("SELECT 1 FROM address_ledger") == []


@pytest.mark.parametrize("state", ["suspended", "departed"])
def test_a_closed_account_stays_closed(system: System, state: str) -> None:
    make(system, "jean.martin")
    with system.database.transaction() as tx:
        tx.execute("UPDATE account SET state = %s", (state,))
    with pytest.raises(RefusedAgentError):
        make(system, "jean.martin")


def test_an_address_of_the_past_is_not_given_again(system: System) -> None:
    make(system, "jean.martin")
    with system.database.transaction() as tx:
        tx.execute("DELETE FROM account")
    with pytest.raises(RefusedAgentError):
        make(system, "jean.martin")
