"""A batch reads one moment of an account, until it writes."""

import psycopg2
import pytest

from services.mail.application.rows import MailboxEdit
from services.mail.application.store import View
from services.mail.tests.store.world import AGENT, World


def names(view: View) -> set[str]:
    return {mailbox.name for mailbox in view.mailboxes()}


def make(world: World, name: str) -> None:
    with world.store.write(AGENT) as write:
        write.create_mailbox(MailboxEdit(None, name, None, 10, True))


def elsewhere(world: World) -> World:
    """Another process on the same account."""
    other = object.__new__(World)
    other.database, other.store = world.database, type(world.store)(world.database)
    return other


def test_the_views_of_a_batch_see_one_moment(world: World) -> None:
    with world.store.batch():
        with world.store.view(AGENT) as view:
            state, before = view.state("Mailbox"), names(view)
        make(elsewhere(world), "Conseils")
        with world.store.view(AGENT) as view:
            assert (view.state("Mailbox"), names(view)) == (state, before)
    with world.store.view(AGENT) as view:
        assert names(view) == before | {"Conseils"}
        assert view.state("Mailbox") > state


def test_what_a_batch_writes_it_sees(world: World) -> None:
    with world.store.batch():
        with world.store.view(AGENT) as view:
            state = view.state("Mailbox")
        make(world, "Conseils")
        with world.store.view(AGENT) as view:
            assert "Conseils" in names(view)
            assert view.state("Mailbox") > state


def test_a_statement_that_fails_costs_its_own_view_only(world: World) -> None:
    with world.store.batch():
        with pytest.raises(psycopg2.Error), world.store.view(AGENT) as view:
            view.mailboxes(["not a number"])  # type: ignore[list-item]
        with world.store.view(AGENT) as view:
            assert names(view)


def test_batches_take_one_connection_each_and_give_it_back(world: World) -> None:
    for _ in range(40):
        with world.store.batch(), world.store.view(AGENT) as view:
            view.state("Email")
