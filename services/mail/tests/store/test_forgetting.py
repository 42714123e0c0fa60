"""The log of changes has an end (RFC 8620 §5.2, cannotCalculateChanges)."""

import pytest

from services.mail.adapters.store.forgetting import PostgresChangeLog
from services.mail.application.forget_changes import REST_SECONDS, ForgetChanges
from services.mail.application.store import StateTooOldError
from services.mail.tests.store.world import AGENT, World, summary


def age(world: World, days: int) -> None:
    with world.database.transaction() as tx:
        tx.execute("UPDATE tombstone SET buried_at = buried_at - make_interval(days => %s)", (days,))
        tx.execute("UPDATE vanished SET vanished_at = vanished_at - make_interval(days => %s)", (days,))


def forgotten(world: World, days: int = 90, most: int = 1_000) -> int:
    return PostgresChangeLog(world.database).forget(older_than_days=days, most=most)


def test_states_from_before_what_was_forgotten_are_too_old(world: World) -> None:
    emails = [world.deliver(summary(str(number))).email_id for number in range(4)]
    first = world.state("Email")
    world.destroy(*emails[:2])
    second = world.state("Email")
    age(world, 100)
    world.destroy(emails[2])
    assert forgotten(world) == 2 * 3  # an email, its thread and its UID, twice
    with pytest.raises(StateTooOldError):
        world.changes("Email", first)
    assert world.changes("Email", second).destroyed == [emails[2]]
    assert forgotten(world) == 0


def test_a_type_of_which_nothing_was_forgotten_keeps_its_oldest_state(world: World) -> None:
    mailboxes, email = world.state("Mailbox"), world.deliver(summary()).email_id
    world.destroy(email)
    age(world, 100)
    forgotten(world)
    assert world.changes("Mailbox", mailboxes).updated == [world.mailbox("inbox").id]


def test_the_present_state_is_never_too_old(world: World) -> None:
    world.destroy(world.deliver(summary()).email_id)
    age(world, 100)
    forgotten(world)
    now = world.changes("Email", world.state("Email"))
    assert (now.created, now.updated, now.destroyed) == ([], [], [])


def test_it_forgets_in_bounded_steps_oldest_first(world: World) -> None:
    for number in range(5):
        world.destroy(world.deliver(summary(str(number))).email_id)
        age(world, 1)
    states = []
    while forgotten(world, days=0, most=2):
        with world.database.transaction() as tx:
            rows = tx.tuples("SELECT modseq FROM forgotten WHERE account_id = %s AND type = 'Email'", (AGENT,))
            states += [modseq for (modseq,) in rows]
    assert states == sorted(states)
    assert len(states) > 2


def test_what_is_younger_stays(world: World) -> None:
    world.destroy(world.deliver(summary()).email_id)
    age(world, 89)
    assert forgotten(world) == 0


def test_the_clock_comes_back_at_once_while_there_is_more(world: World) -> None:
    world.destroy(world.deliver(summary()).email_id)
    age(world, 100)
    job = ForgetChanges(PostgresChangeLog(world.database), kept_days=90)
    assert [job.turn(), job.turn()] == [0.0, REST_SECONDS]
