"""What the events of auth make of accounts (application.ports.AccountDirectory)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.auth import AccountChanged, AccountCreated, AccountEvent, AccountState, Agent, DirectoryPosition
from services.mail.application.ports import UnknownAccountError
from services.mail.tests.store.world import World, summary

PAUL = "apaulpaulpaul"


def apply(world: World, kind: type[AccountEvent], sequence: int, family: str, state: AccountState = "active") -> None:
    agent = Agent(
        account_id=PAUL,
        address="Paul.Durand@ac-montpellier.example",
        given_name="Paul",
        family_name=family,
        category="direction",
        uai="0340001A",
        departement="Gard",
    )
    with world.database.transaction() as tx:
        world.accounts.apply(tx, kind(sequence=sequence, agent=agent, state=state))


def row(world: World, table: str) -> Any:
    with world.database.transaction() as tx:
        where = "" if table == "directory" else f" WHERE account_id = '{PAUL}'"
        return tx.only(f"SELECT * FROM {table}{where}")  # noqa: S608 - the two above


def test_an_address_is_known_in_lower_case_with_its_state(world: World) -> None:
    apply(world, AccountCreated, 2, "Durand", "never_activated")
    assert row(world, "address")["address"] == "paul.durand@ac-montpellier.example"
    assert row(world, "address")["state"] == "never_activated"
    with world.store.view(PAUL) as view:
        assert view.account().address == "Paul.Durand@ac-montpellier.example"
        assert len(view.mailboxes()) == 6


def test_a_departure_reaches_the_address(world: World) -> None:
    apply(world, AccountCreated, 2, "Durand")
    apply(world, AccountChanged, 3, "Durand", "departed")
    assert row(world, "address")["state"] == "departed"


def test_events_may_overtake_one_another(world: World) -> None:
    apply(world, AccountChanged, 3, "Durand-Roux", "suspended")
    apply(world, AccountCreated, 2, "Durand", "never_activated")
    assert row(world, "account")["family_name"] == "Durand-Roux"
    assert row(world, "address")["state"] == "suspended"
    assert row(world, "directory")["applied_count"] == 3
    with world.store.view(PAUL) as view:
        assert len(view.mailboxes()) == 6


def test_the_directory_s_position_never_goes_back(world: World) -> None:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    for sequence, seconds in ((7, 20.0), (6, 10.0)):
        with world.database.transaction() as tx:
            world.accounts.position(tx, DirectoryPosition(sequence=sequence, at=at.timestamp() + seconds))
    found = row(world, "directory")
    assert (found["position"], found["position_at"].timestamp()) == (7, at.timestamp() + 20)


def test_accounts_do_not_see_each_other(world: World) -> None:
    apply(world, AccountCreated, 2, "Durand")
    email = world.deliver(summary())
    with world.store.view(PAUL) as view:
        assert view.emails([email.email_id]) == []
        assert view.threads([email.thread_id]) == []
        assert view.flags([email.email_id]) == []
        assert view.messages([1, 2, 3]) == []
        assert view.email_ids(10) == []
    with pytest.raises(UnknownAccountError), world.store.view("anobody") as view:
        view.state("Email")
