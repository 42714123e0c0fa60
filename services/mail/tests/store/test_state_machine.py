"""States are honest (RFC 8620 §5.2): replaying /changes, in steps of any size, turns an old full get into a new one;
and all counts and listings equal what the emails themselves say."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chassis.db import Database
from services.mail.application.rows import EmailFlags, MailboxEdit, PageRequest
from services.mail.application.store import DataType, View
from services.mail.domain.email_query import Condition, EmailQuery
from services.mail.domain.keywords import is_unread
from services.mail.tests.store.empty_database import empty
from services.mail.tests.store.world import AGENT, World, summary

TYPES: tuple[DataType, ...] = ("Email", "Thread", "Mailbox")
NAMES = st.integers(min_value=1, max_value=6)
Snapshot = dict[str, Any]


def full(view: View, data_type: DataType) -> Snapshot:
    if data_type == "Email":
        rows = view.emails(view.email_ids(10_000))
        return {str(row.id): (row.thread_id, tuple(row.keywords), tuple(sorted(row.mailbox_ids))) for row in rows}
    if data_type == "Thread":
        return {str(row.id): tuple(row.email_ids) for row in view.threads(None)}
    return {str(row.id): row for row in view.mailboxes()}


class Machine(RuleBasedStateMachine):
    database: Database

    @initialize()
    def start(self) -> None:
        empty(self.database)
        self.world = World(self.database)
        self.time = 0
        with self.world.store.view(AGENT) as view:
            self.known = {data_type: full(view, data_type) for data_type in TYPES}
            self.states = {data_type: view.state(data_type) for data_type in TYPES}
            self.query_states = dict.fromkeys((False, True), view.state("Email"))
            self.listings = {collapse: self._listing(view, collapse) for collapse in (False, True)}

    def _listing(self, view: View, collapse: bool) -> list[int]:
        inbox = next(row.id for row in view.mailboxes() if row.role == "inbox")
        query = EmailQuery(Condition("inMailbox", inbox), collapse_threads=collapse)
        return view.query(query, PageRequest(1_000)).ids

    def _emails(self) -> list[EmailFlags]:
        with self.world.store.view(AGENT) as view:
            return sorted(view.flags(view.email_ids(10_000)), key=lambda flags: flags.id)

    def _mailboxes(self) -> list[int]:
        with self.world.store.view(AGENT) as view:
            return sorted(row.id for row in view.mailboxes())

    @rule(name=NAMES, parents=st.sets(NAMES, max_size=2), moment=st.integers(0, 40), seen=st.booleans())
    def deliver(self, name: int, parents: set[int], moment: int, seen: bool) -> None:
        made = summary(message_id=f"{name}@x", references=[f"{parent}@x" for parent in sorted(parents)])
        self.world.deliver(made, keywords=["$seen"] if seen else [], minutes=moment)

    @rule(data=st.data())
    @precondition(lambda self: self._emails())
    def change(self, data: st.DataObject) -> None:
        emails = data.draw(st.lists(st.sampled_from(self._emails()), min_size=1, max_size=3, unique=True))
        boxes = self._mailboxes()
        with self.world.store.write(AGENT) as write:
            write.change_emails(
                [
                    EmailFlags(
                        one.id,
                        frozenset(data.draw(st.sets(st.sampled_from(["$seen", "$draft", "$flagged"])))),
                        frozenset(data.draw(st.sets(st.sampled_from(boxes), min_size=1, max_size=2))),
                    )
                    for one in emails
                ]
            )

    @rule(data=st.data())
    @precondition(lambda self: self._emails())
    def destroy(self, data: st.DataObject) -> None:
        self.world.destroy(
            *(one.id for one in data.draw(st.lists(st.sampled_from(self._emails()), min_size=1, max_size=2)))
        )

    @rule(number=st.integers(1, 4))
    def make_mailbox(self, number: int) -> None:
        with self.world.store.write(AGENT) as write:
            names = {row.name for row in write.mailboxes()}
            if f"Dossier {number}" not in names:
                write.create_mailbox(MailboxEdit(None, f"Dossier {number}", None, 9, True))

    @rule(number=st.integers(1, 4))
    def destroy_mailbox(self, number: int) -> None:
        with self.world.store.write(AGENT) as write:
            for row in write.mailboxes():
                if row.name == f"Dossier {number}" and not write.emails_in_mailbox(row.id):
                    write.destroy_mailbox(row.id)

    @rule()
    def fail_half_way(self) -> None:
        """What is rolled back leaves no trace in any state."""
        with pytest.raises(ZeroDivisionError), self.world.store.write(AGENT) as write:
            write.create_mailbox(MailboxEdit(None, "Perdu", None, 9, True))
            raise ZeroDivisionError

    @rule(step=st.sampled_from([None, 1, 2, 3]))
    def replay(self, step: int | None) -> None:
        for data_type in TYPES:
            self._replay(data_type, step)

    def _replay(self, data_type: DataType, step: int | None) -> None:
        known, state = self.known[data_type], self.states[data_type]
        with self.world.store.view(AGENT) as view:
            now = full(view, data_type)
            for _ in range(1_000):
                found = view.changes(data_type, state, step)
                changed = [str(number) for number in (*found.created, *found.updated)]
                assert not set(map(str, found.created)) & known.keys()
                assert set(map(str, found.updated)) <= known.keys()
                assert step is None or len(changed) + len(found.destroyed) <= step
                for number in changed:
                    known[number] = now.get(number)
                for number in map(str, found.destroyed):
                    known.pop(number, None)
                state = found.new_state
                if not found.has_more:
                    break
            assert known == now
            assert state == view.state(data_type)
        self.states[data_type] = state

    @rule(collapse=st.booleans())
    def replay_query(self, collapse: bool) -> None:
        """RFC 8620 §5.6."""
        with self.world.store.view(AGENT) as view:
            inbox = next(row.id for row in view.mailboxes() if row.role == "inbox")
            query = EmailQuery(Condition("inMailbox", inbox), collapse_threads=collapse)
            delta = view.query_changes(query, self.query_states[collapse], calculate_total=True)
            replayed = [id_ for id_ in self.listings[collapse] if id_ not in set(delta.removed)]
            for index, id_ in delta.added:
                replayed.insert(index, id_)
            now = self._listing(view, collapse)
            assert replayed == now
            assert delta.total == len(now)
            self.listings[collapse] = now
            self.query_states[collapse] = view.state("Email")

    @invariant()
    def counts_are_exact(self) -> None:
        with self.world.store.view(AGENT) as view:
            emails = view.emails(view.email_ids(10_000))
            trash = next(row.id for row in view.mailboxes() if row.role == "trash")
            unread_emails = [one for one in emails if is_unread(one.keywords)]
            for row in view.mailboxes():
                inside = [one for one in emails if row.id in one.mailbox_ids]
                unread = [one for one in inside if is_unread(one.keywords)]
                assert (row.total_emails, row.unread_emails) == (len(inside), len(unread))
                assert row.total_threads == len({one.thread_id for one in inside})
                showing = {
                    one.thread_id
                    for one in unread_emails
                    if (trash in one.mailbox_ids if row.id == trash else one.mailbox_ids != [trash])
                }
                assert row.unread_threads == len({one.thread_id for one in inside} & showing)
                newest = sorted(inside, key=lambda one: (one.received_at, one.id), reverse=True)
                asked = EmailQuery(Condition("inMailbox", row.id))
                assert view.query(asked, PageRequest(1_000)).ids == [one.id for one in newest]
                firsts = list({one.thread_id: one.id for one in reversed(newest)}.values())[::-1]
                shown = view.query(EmailQuery(asked.filter, collapse_threads=True), PageRequest(1_000)).ids
                assert sorted(shown) == sorted(firsts)
                assert shown == [one.id for one in newest if one.id in set(firsts)]


def test_changes_replay_to_the_present(database_url: Callable[[str], str]) -> None:
    database = Database(database_url("mail"))
    Machine.database = database
    try:
        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=60,
                stateful_step_count=40,
                phases=[Phase.generate],
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        database.close()
