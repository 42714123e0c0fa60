"""RFC 8621 §3: which emails are one conversation."""

from collections.abc import Callable

import pytest

from services.mail.adapters.store.threads import CANDIDATES
from services.mail.application.ports import AppendResult
from services.mail.application.rows import SnoozeRow, SubmissionRow, ThreadRow
from services.mail.domain.mime.summary import ParseSummary
from services.mail.domain.threading import MAX_EMAILS_IN_THREAD
from services.mail.tests.store.world import AGENT, START, World, summary
from tests.infra.databases import Databases


def threads(world: World) -> list[list[int]]:
    with world.store.view(AGENT) as view:
        return sorted(sorted(thread.email_ids) for thread in view.threads(None))


def test_a_reply_joins_its_conversation(world: World) -> None:
    first = world.deliver(summary(message_id="1@x"))
    reply = world.deliver(summary("Re: Conseil de classe", message_id="2@x", references=["1@x"]))
    assert reply.thread_id == first.thread_id
    assert world.counts("inbox") == (2, 2, 1, 1)


def test_another_subject_is_another_conversation(world: World) -> None:
    first = world.deliver(summary(message_id="1@x"))
    other = world.deliver(summary("Voyage à Sète", message_id="2@x", references=["1@x"]))
    assert other.thread_id != first.thread_id


def test_a_reply_may_come_before_what_it_answers(world: World) -> None:
    reply = world.deliver(summary("Re: Conseil de classe", message_id="2@x", references=["1@x"]))
    first = world.deliver(summary(message_id="1@x"))
    assert reply.thread_id == first.thread_id


def test_the_message_between_two_merges_their_threads_under_new_ids(world: World) -> None:
    first = world.deliver(summary(message_id="1@x"), keywords=["$flagged"])
    world.deliver(summary(message_id="1bis@x", references=["1@x"]))
    third = world.deliver(summary(message_id="3@x", references=["2@x"]), keywords=["$seen"])
    state = {"Email": world.state("Email"), "Thread": world.state("Thread")}
    second = world.deliver(summary(message_id="2@x", references=["1@x"]))
    assert second.thread_id == first.thread_id
    assert world.counts("inbox") == (4, 3, 1, 1)
    emails, thread = world.changes("Email", state["Email"]), world.changes("Thread", state["Thread"])
    assert emails.destroyed == [third.email_id]
    assert len(emails.created) == 2
    assert (thread.updated, thread.destroyed) == ([first.thread_id], [third.thread_id])
    with world.store.view(AGENT) as view:
        moved = next(row for row in view.emails(emails.created) if row.id != second.email_id)
    assert moved.keywords == ["$seen"]
    assert world.ids("text", "conseil") == world.find().ids
    assert world.deliver(summary(message_id="4@x", references=["3@x"])).thread_id == first.thread_id


def two_threads_and_their_link(world: World) -> tuple[AppendResult, AppendResult, ParseSummary]:
    """A thread of two, one of one, and the message that links them: the second one would move."""
    first = world.deliver(summary(message_id="1@x"))
    world.deliver(summary(message_id="1bis@x", references=["1@x"]))
    third = world.deliver(summary(message_id="3@x", references=["2@x"]))
    return first, third, summary(message_id="2@x", references=["1@x"])


def await_draft(world: World, email: int) -> None:
    world.set(email, keywords=["$draft"], mailboxes=[world.mailbox("drafts").id])


def await_snoozed(world: World, email: int) -> None:
    inbox = world.mailbox("inbox").id
    with world.store.write(AGENT) as write:
        write.put_snoozes([SnoozeRow(email, inbox, START, frozenset({inbox}))])


def await_held(world: World, email: int) -> None:
    with world.store.write(AGENT) as write:
        thread = next(row.thread_id for row in write.emails([email]))
        number = write.new_submission_id()
        write.add_submission(SubmissionRow(number, email, thread, {}, [], START, "pending", {}, 1))


@pytest.mark.parametrize("wait", [await_draft, await_snoozed, await_held])
def test_an_email_that_is_awaited_by_its_id_keeps_it(world: World, wait: Callable[[World, int], None]) -> None:
    first, third, link = two_threads_and_their_link(world)
    wait(world, third.email_id)
    state = world.state("Email")
    second = world.deliver(link)
    assert second.thread_id == third.thread_id
    changes = world.changes("Email", state)
    assert (len(changes.destroyed), third.email_id in changes.destroyed) == (2, False)
    assert threads(world) == [sorted([third.email_id, *changes.created])]
    assert first.email_id in changes.destroyed


def test_two_threads_that_are_awaited_stay_two_until_they_no_longer_are(world: World) -> None:
    first, third, link = two_threads_and_their_link(world)
    await_draft(world, first.email_id)
    await_draft(world, third.email_id)
    state = world.state("Email")
    assert world.deliver(link).thread_id == first.thread_id
    assert world.changes("Email", state).destroyed == []
    assert len(threads(world)) == 2
    world.set(third.email_id, keywords=["$seen"], mailboxes=[world.mailbox("sent").id])
    reply = summary(message_id="4@x", references=["1@x", "2@x", "3@x"])
    assert world.deliver(reply).thread_id == first.thread_id
    assert len(threads(world)) == 1


def test_the_last_email_takes_its_thread_with_it(world: World) -> None:
    result = world.deliver(summary(message_id="1@x"))
    state = world.state("Thread")
    world.destroy(result.email_id)
    assert world.changes("Thread", state).destroyed == [result.thread_id]
    again = world.deliver(summary(message_id="2@x", references=["1@x"]))
    assert again.thread_id != result.thread_id


def test_emails_of_a_thread_are_listed_oldest_first(world: World) -> None:
    late = world.deliver(summary(message_id="1@x"), minutes=90)
    early = world.deliver(summary(message_id="2@x", references=["1@x"]), minutes=5)
    with world.store.view(AGENT) as view:
        assert view.threads([late.thread_id]) == [ThreadRow(late.thread_id, [early.email_id, late.email_id])]


def test_a_full_thread_is_left_alone(world: World) -> None:
    first = world.deliver(summary(message_id="1@x"))
    with world.database.transaction() as tx:
        tx.execute("UPDATE thread SET emails = %s WHERE account_id = %s", (MAX_EMAILS_IN_THREAD, AGENT))
    other = world.deliver(summary(message_id="2@x", references=["1@x"]))
    assert other.thread_id != first.thread_id
    assert world.deliver(summary(message_id="3@x", references=["1@x"])).thread_id == other.thread_id


def test_an_account_newer_than_the_statistics_has_its_keys_read_once(world: World, databases: Databases) -> None:
    """To the planner it is empty: what looked at all keys once for each thread would read a million blocks."""
    world.open_account("anewcomer", "new.comer@ac-montpellier.example", "New", "Comer")
    fill = """
        WITH number AS (SELECT generate_series(1, 1000) AS n), made AS (
            INSERT INTO thread SELECT %(account)s, n, 1, n, n FROM number)
        INSERT INTO thread_key (account_id, key, thread_id, n) SELECT %(account)s, gen_random_uuid(), n, 1 FROM number
    """
    with world.database.transaction() as tx:
        tx.execute(fill, {"account": AGENT})
        name = tx.only("SELECT current_database() AS name")["name"]
    databases.analyse(name)
    with world.database.transaction() as tx:
        tx.execute(fill, {"account": "anewcomer"})
        ((plan,),) = tx.tuples(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + CANDIDATES,
            {"account": "anewcomer", "full": 1_000, "keys": ["11111111-1111-1111-1111-111111111111"]},
        )
    assert plan[0]["Plan"]["Shared Hit Blocks"] < 10_000
