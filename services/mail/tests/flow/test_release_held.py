"""What is held goes at its time, once, unless it is called back first."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest

from chassis.db import Transaction
from services.mail.adapters.store.store import PostgresStore
from services.mail.adapters.submission_queue import PostgresSubmissionQueue
from services.mail.application.deliver_spooled import Outcome
from services.mail.application.due import LOOK_SECONDS, DoDue
from services.mail.application.failure_reports import FailureReports
from services.mail.application.ports import OutgoingMessage, RecipientStatus
from services.mail.application.release_held import ReleaseHeld
from services.mail.application.rows import MailboxEdit, SubmissionRow
from services.mail.application.store import Write
from services.mail.tests.flow.conftest import DOMAIN, JEAN, Office

ORIGINAL = b"From: jean@ac.example\r\nSubject: plus tard\r\n\r\nx\r\n"
SENDER, MARIE, PAUL, OUTSIDE = "jean@ac.example", "marie@ac.example", "paul@ac.example", "ami@dehors.example"


@dataclass
class Desk:
    """Jean's, with a clock that releases what he sent."""

    office: Office

    def __post_init__(self) -> None:
        self.store = PostgresStore(self.office.database)
        self.queue = PostgresSubmissionQueue(self.office.spool, self.office.outbound, self.office.held, DOMAIN)

    def release(self, queue: PostgresSubmissionQueue | None = None) -> DoDue:
        reports = FailureReports(self.office.blobs, domain=DOMAIN, institution="Académie")
        office = self.office
        release = ReleaseHeld(self.store, office.held, queue or self.queue, office.spool, reports).release
        return DoDue(office.database, office.held, release)

    def send(self, *recipients: str, role: str = "sent", due_in: float = -0.001) -> SubmissionRow:
        """A pending submission of an email that stands in the mailbox of `role`."""
        blob = self.office.blobs.put(ORIGINAL)
        summary = self.office.parser.parse(blob.sha256)
        until = datetime.now(UTC) + timedelta(seconds=due_in)
        with self.store.write(JEAN) as write:
            email = write.append(write.add_message(summary), [self.mailbox(write, role)], ["$draft"], until)
            row = SubmissionRow(
                id=write.new_submission_id(),
                email_id=email.email_id,
                thread_id=email.thread_id,
                mail_from={"email": SENDER, "parameters": None},
                rcpt_to=[{"email": recipient, "parameters": None} for recipient in recipients],
                send_at=until,
                undo_status="pending",
                delivery={},
                identity_id=1,
            )
            write.add_submission(row)
            message = OutgoingMessage(JEAN, row.id, blob.sha256, blob.size, SENDER, recipients)
            self.queue.hold(write.tx, message, row.email_id, until)
        return row

    def mailbox(self, write: Write, role: str) -> int:
        known = {row.role: row.id for row in write.mailboxes()}
        return known[role] if role in known else write.create_mailbox(MailboxEdit(None, "Programmés", role, 9, True))

    def call_back(self, number: int) -> bool:
        """As EmailSubmission/set does."""
        with self.store.write(JEAN) as write:
            called = self.queue.call_back(write.tx, JEAN, number)
            if called:
                write.update_submission(number, "canceled", {})
        return called

    def submission(self, number: int) -> SubmissionRow:
        with self.store.view(JEAN) as view:
            return view.submissions([number])[0]

    def email(self, number: int) -> tuple[set[str | None], list[str]]:
        """Roles of the mailboxes it is in, and its keywords."""
        with self.store.view(JEAN) as view:
            roles = {row.id: row.role for row in view.mailboxes()}
            flags = view.flags([number])[0]
            return {roles[mailbox] for mailbox in flags.mailbox_ids}, sorted(flags.keywords)

    def account_is(self, state: str) -> None:
        with self.office.database.transaction() as tx:
            tx.execute("UPDATE account SET state = %s WHERE account_id = %s", (state, JEAN))

    def days_pass(self, days: int) -> None:
        with self.office.database.transaction() as tx:
            sql = "UPDATE held SET due_at = due_at - %(by)s, not_before = not_before - %(by)s"
            tx.execute(sql, {"by": timedelta(days=days)})


@pytest.fixture
def desk(office: Office) -> Desk:
    return Desk(office)


def test_where_nothing_is_held_the_clock_looks_again_in_a_second(desk: Desk) -> None:
    assert desk.release().turn() == LOOK_SECONDS


def test_it_goes_at_its_time_and_not_before(desk: Desk) -> None:
    later = desk.send(MARIE, due_in=3_600)
    soon = desk.send(MARIE, due_in=0.4)
    clock = desk.release()
    assert 0.0 < clock.turn() <= 0.4
    assert (desk.office.count("held"), desk.office.count("spool")) == (2, 0)
    desk.days_pass(0)
    with desk.office.database.transaction() as tx:
        tx.execute("UPDATE held SET not_before = now() WHERE submission_id = %s", (soon.id,))
    assert clock.turn() == 0.0
    assert clock.turn() == LOOK_SECONDS
    assert [desk.submission(one.id).undo_status for one in (soon, later)] == ["final", "pending"]
    assert desk.submission(soon.id).send_at == soon.send_at


def test_colleagues_and_others_get_it_as_if_it_were_sent_now(desk: Desk) -> None:
    row = desk.send(MARIE, PAUL, OUTSIDE)
    desk.release().turn()
    status = desk.submission(row.id).delivery
    assert {address: one["delivered"] for address, one in status.items()} == dict.fromkeys(
        (MARIE, PAUL, OUTSIDE), "queued"
    )
    assert (desk.office.count("spool"), desk.office.count("outbound"), desk.office.count("held")) == (1, 1, 0)
    assert desk.office.delivery().deliver_one() is Outcome.DELIVERED
    assert desk.office.subjects("amarie") == ["plus tard"]
    assert desk.submission(row.id).delivery[MARIE]["delivered"] == "yes"


@pytest.mark.parametrize(
    ("role", "place", "keywords"),
    [("scheduled", "sent", []), ("sent", "sent", ["$draft"]), ("archive", "archive", ["$draft"])],
)
def test_what_has_gone_leaves_the_scheduled_for_the_sent(
    desk: Desk, role: str, place: str, keywords: list[str]
) -> None:
    row = desk.send(MARIE, role=role)
    desk.release().turn()
    assert desk.email(row.email_id) == ({place}, keywords)


def test_a_destroyed_email_and_a_destroyed_record_do_not_keep_it(desk: Desk) -> None:
    row = desk.send(MARIE)
    with desk.store.write(JEAN) as write:
        write.destroy_emails([row.email_id])
        write.destroy_submission(row.id)
    desk.release().turn()
    assert desk.office.delivery().deliver_one() is Outcome.DELIVERED
    assert desk.office.subjects("amarie") == ["plus tard"]


def test_called_back_or_gone_exactly_one_of_them(desk: Desk) -> None:
    """Two clocks and an agent, all at once, for each of thirty messages."""
    rows = [desk.send(MARIE) for _ in range(30)]
    start = threading.Barrier(3)

    def clock() -> None:
        start.wait()
        while desk.office.count("held"):
            desk.release().turn()

    def agent() -> list[int]:
        start.wait()
        return [row.id for row in reversed(rows) if desk.call_back(row.id)]

    with ThreadPoolExecutor(3) as threads:
        clocks = [threads.submit(clock) for _ in range(2)]
        called = set(threads.submit(agent).result())
        for one in clocks:
            one.result()
    statuses = {row.id: desk.submission(row.id).undo_status for row in rows}
    assert {number for number, status in statuses.items() if status == "canceled"} == called
    assert set(statuses.values()) <= {"canceled", "final"}
    with desk.office.database.transaction() as tx:
        gone = [row["submission_id"] for row in tx.all("SELECT submission_id FROM spool")]
    assert sorted(gone) == sorted(statuses.keys() - called)
    assert 0 < len(called) < len(rows)


class Dies(PostgresSubmissionQueue):
    """After the rows of spool and outbound are written, before the commit."""

    def submit(self, tx: Transaction, message: OutgoingMessage) -> Any:
        super().submit(tx, message)
        raise psycopg2.OperationalError("terminating connection")


def test_a_crash_in_the_middle_has_done_nothing(desk: Desk) -> None:
    row = desk.send(MARIE, OUTSIDE, role="scheduled")
    dying = Dies(desk.office.spool, desk.office.outbound, desk.office.held, DOMAIN)
    with pytest.raises(psycopg2.OperationalError):
        desk.release(dying).turn()
    assert [desk.office.count(table) for table in ("held", "spool", "outbound")] == [1, 0, 0]
    assert (desk.submission(row.id).undo_status, desk.email(row.email_id)[0]) == ("pending", {"scheduled"})
    desk.release().turn()
    assert [desk.office.count(table) for table in ("held", "spool", "outbound")] == [0, 1, 1]


class Refuses(PostgresSubmissionQueue):
    """One message that is at fault itself."""

    def __init__(self, desk: Desk, number: int) -> None:
        super().__init__(desk.office.spool, desk.office.outbound, desk.office.held, DOMAIN)
        self._number = number

    def submit(self, tx: Transaction, message: OutgoingMessage) -> Any:
        if message.submission_id == self._number:
            raise ValueError("a fault")
        return super().submit(tx, message)


def test_a_message_at_fault_keeps_no_other_waiting_and_is_tried_again(desk: Desk) -> None:
    bad, good = desk.send(MARIE), desk.send(MARIE)
    clock = desk.release(Refuses(desk, bad.id))
    clock.turn()
    assert [desk.submission(one.id).undo_status for one in (bad, good)] == ["pending", "final"]
    assert 0.0 < clock.turn() <= LOOK_SECONDS, "it pauses"
    desk.days_pass(1)
    desk.release().turn()
    assert desk.submission(bad.id).undo_status == "final"


@pytest.mark.parametrize("state", ["suspended", "departed"])
def test_of_a_closed_account_it_is_held_and_one_can_see_why(desk: Desk, state: str) -> None:
    row = desk.send(MARIE, OUTSIDE)
    desk.account_is(state)
    desk.release().turn()
    found = desk.submission(row.id)
    assert (found.undo_status, desk.office.count("spool"), desk.office.count("outbound")) == ("pending", 0, 0)
    assert {one["smtpReply"] for one in found.delivery.values()} == {"450 4.7.1 Held: the sender's account is closed"}
    desk.account_is("active")
    assert desk.release().turn() > 0.0, "it is looked at again later"
    desk.days_pass(1)
    desk.release().turn()
    assert (desk.submission(row.id).undo_status, desk.office.count("spool")) == ("final", 1)


@pytest.mark.parametrize("role", ["scheduled", "sent"])
def test_of_an_account_that_stays_closed_it_is_given_up_and_back_in_the_drafts(desk: Desk, role: str) -> None:
    row = desk.send(MARIE, role=role)
    desk.account_is("suspended")
    desk.release().turn()
    desk.days_pass(6)
    desk.release().turn()
    found = desk.submission(row.id)
    assert (found.undo_status, found.delivery[MARIE]["delivered"]) == ("canceled", "no")
    assert desk.email(row.email_id) == ({"drafts"}, ["$draft"])
    assert [desk.office.count(table) for table in ("held", "spool", "outbound")] == [0, 0, 0]


def test_who_left_meanwhile_is_reported_and_the_others_get_it(desk: Desk) -> None:
    row = desk.send(MARIE, PAUL, OUTSIDE)
    with desk.office.database.transaction() as tx:
        tx.execute("UPDATE address SET state = 'departed' WHERE address = %s", (PAUL,))
    desk.release().turn()
    status = {address: one["delivered"] for address, one in desk.submission(row.id).delivery.items()}
    assert status == {MARIE: "queued", OUTSIDE: "queued", PAUL: "no"}
    while desk.office.delivery().deliver_one() is Outcome.DELIVERED:
        pass
    assert desk.office.subjects("amarie") == ["plus tard"]
    assert desk.office.subjects("apaul") == []
    assert "Message non remis / Undelivered mail" in desk.office.subjects(JEAN)


def test_when_everybody_left_the_sender_is_told(desk: Desk) -> None:
    row = desk.send(PAUL)
    with desk.office.database.transaction() as tx:
        tx.execute("UPDATE address SET state = 'suspended' WHERE address = %s", (PAUL,))
    desk.release().turn()
    assert desk.submission(row.id).delivery == {
        PAUL: RecipientStatus("550 5.1.1 No such address any more", "no").as_json()
    }
    assert desk.submission(row.id).undo_status == "final"
    assert (desk.office.count("spool"), desk.office.count("held")) == (1, 0)


def test_states_are_honest(desk: Desk) -> None:
    row = desk.send(MARIE, role="scheduled")
    with desk.store.view(JEAN) as view:
        before = {kind: view.state(kind) for kind in ("Email", "EmailSubmission", "Mailbox")}
    desk.release().turn()
    with desk.store.view(JEAN) as view:
        assert view.changes("EmailSubmission", before["EmailSubmission"], None).updated == [row.id]
        assert view.changes("Email", before["Email"], None).updated == [row.email_id]
        assert len(view.changes("Mailbox", before["Mailbox"], None).updated) == 2
