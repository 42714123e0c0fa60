"""Mail for other domains: what the relay says of each recipient, and what the sender is told."""

import asyncio
import email
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.mail.adapters.relay_smtp import SmtpRelay, one_line
from services.mail.adapters.submission_queue import PostgresSubmissionQueue
from services.mail.application.deliver_spooled import Outcome
from services.mail.application.outbound import NewOutbound, OutboundMessage, Relay, Reply
from services.mail.application.outbound_workers import OutboundWorkers
from services.mail.application.ports import InvalidRecipientsError, OutgoingMessage
from services.mail.domain.backoff import delivery_pause, relay_pause
from services.mail.domain.spool_id import new_spool_id
from services.mail.tests.flow.conftest import DOMAIN, JEAN, Office
from services.mail.tests.flow.wire import Post, post_office

ORIGINAL = "From: jean@ac.example\r\nSubject: Réunion\r\n\r\n.point\r\né\r\n".encode()
AMI, OCCUPE, ABSENT = "ami@dehors.example", "occupe@dehors.example", "absent@dehors.example"


@pytest.fixture(scope="module")
def relay_blobs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("relay")


@pytest.fixture
def outside(relay_blobs: Path) -> Iterator[Post]:
    """A relay that knows AMI, refuses ABSENT, and puts OCCUPE off."""
    with post_office(relay_blobs) as post:
        yield post


def submit(office: Office, *recipients: str, sender: str = "jean@ac.example") -> None:
    blob = office.blobs.put(ORIGINAL)
    queue = PostgresSubmissionQueue(office.spool, office.outbound, office.held, DOMAIN)
    with office.database.transaction() as tx:
        statuses = queue.submit(tx, OutgoingMessage(JEAN, 77, blob.sha256, blob.size, sender, recipients))
    assert {status.delivered for status in statuses.values()} == {"queued"}


def one_try(office: Office, relay: Relay) -> list[OutboundMessage]:
    work, tried = office.relaying(), []
    for message in work.claim("me", 10):
        work.settle("me", message, asyncio.run(relay.send(message)))
        tried.append(message)
    return tried


def relay_to(post: Post, office: Office) -> SmtpRelay:
    return SmtpRelay("127.0.0.1", post.port, "mx.ac.example", office.blobs)


def recipients(office: Office) -> dict[str, tuple[str, str]]:
    with office.database.transaction() as tx:
        rows = tx.all("SELECT address, state, reply FROM outbound_recipient")
    return {row["address"]: (row["state"], row["reply"]) for row in rows}


@dataclass
class Report:
    """A report as its reader's program takes it apart. `fields` are those of the one recipient it tells of."""

    text: str
    fields: dict[str, str]
    header: str

    @classmethod
    def read(cls, original: bytes) -> "Report":
        message: Any = email.message_from_bytes(original)
        assert message.get_content_type() == "multipart/report"
        text, status, header = message.get_payload()
        _, of_recipient = status.get_payload()
        return cls(text.get_payload(decode=True).decode(), dict(of_recipient), header.get_payload(decode=True).decode())


def reports(office: Office) -> list[Report]:
    """What came into Jean's inbox."""
    while office.delivery().deliver_one() is Outcome.DELIVERED:
        pass
    with office.database.transaction() as tx:
        sql = "SELECT sha256 FROM email JOIN message ON message.id = email.message_id WHERE account_id = %s"
        rows = tx.all(sql, (JEAN,))
    return [Report.read(office.blobs.read(row["sha256"])) for row in rows]


def test_colleagues_and_others_go_their_ways(office: Office, outside: Post) -> None:
    submit(office, "marie@ac.example", AMI)
    assert office.delivery().deliver_one() is Outcome.DELIVERED
    assert office.subjects("amarie") == ["Réunion"]
    assert len(one_try(office, relay_to(outside, office))) == 1
    assert office.count("outbound") == 0
    (taken,) = outside.originals
    head, _, rest = taken.partition(b"\r\nFrom: ")
    assert head.startswith(b"Received: from webmail\r\n\tby ac.example with HTTP id ")
    assert b"From: " + rest == ORIGINAL
    assert outside.spool.messages[0].mail_from == "jean@ac.example"


def test_an_address_of_ours_that_nobody_has_is_refused_at_once(office: Office) -> None:
    with pytest.raises(InvalidRecipientsError) as refused:
        submit(office, "marie@ac.example", "personne@ac.example")
    assert refused.value.addresses == ("personne@ac.example",)
    assert (office.count("spool"), office.count("outbound")) == (0, 0)


def test_each_recipient_has_its_own_fate(office: Office, outside: Post) -> None:
    submit(office, AMI, OCCUPE, ABSENT)
    one_try(office, relay_to(outside, office))
    fates = recipients(office)
    assert {address: state for address, (state, _) in fates.items()} == {
        AMI: "sent",
        OCCUPE: "waiting",
        ABSENT: "failed",
    }
    assert fates[ABSENT][1].startswith("550 5.1.1 ")
    (report,) = reports(office)
    assert "absent@dehors.example" in report.text
    assert "ami@dehors.example" not in report.text
    assert report.fields["Final-Recipient"] == "rfc822; absent@dehors.example"
    assert (report.fields["Action"], report.fields["Status"]) == ("failed", "5.1.1")
    assert report.header == "From: jean@ac.example\r\nSubject: Réunion\r\n"
    office.hurry()
    (again,) = one_try(office, relay_to(outside, office))
    assert (again.waiting, again.tries) == ((OCCUPE,), 1)
    assert len(outside.spool.messages) == 1


def test_a_relay_that_is_away_is_tried_again_later(office: Office) -> None:
    submit(office, AMI)
    one_try(office, SmtpRelay("127.0.0.1", 1, "mx.ac.example", office.blobs))
    assert recipients(office) == {AMI: ("waiting", "451 4.4.1 The relay does not answer")}
    with office.database.transaction() as tx:
        pause = tx.only("SELECT not_before - now() AS pause FROM outbound")["pause"]
    assert timedelta(minutes=4) < pause <= timedelta(minutes=5)
    assert one_try(office, SmtpRelay("127.0.0.1", 1, "mx.ac.example", office.blobs)) == []


def test_after_five_days_the_sender_is_told(office: Office) -> None:
    submit(office, AMI)
    with office.database.transaction() as tx:
        tx.execute("UPDATE outbound SET created_at = now() - interval '5 days 1 minute'")
    one_try(office, SmtpRelay("127.0.0.1", 1, "mx.ac.example", office.blobs))
    assert office.count("outbound") == 0
    (report,) = reports(office)
    assert report.fields["Status"] == "5.4.7"
    assert "cinq jours" in report.text


def test_nobody_is_told_of_mail_with_the_null_sender(office: Office, outside: Post) -> None:
    submit(office, AMI, ABSENT, sender="")
    one_try(office, relay_to(outside, office))
    assert outside.spool.messages[0].mail_from == ""
    assert (office.count("outbound"), reports(office)) == (0, [])


def test_a_report_header_cannot_be_injected(office: Office) -> None:
    assert one_line("first\r\nX-Evil: 1\x00é") == "first X-Evil: 1"


class SlowRelay:
    """Takes its time; counts what is sent side by side."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.sent: list[str] = []

    async def send(self, message: OutboundMessage) -> dict[str, Reply]:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.05)
        self.now -= 1
        self.sent.append(message.id)
        return {address: Reply(250, "2.0.0 OK") for address in message.waiting}


def test_workers_send_each_message_once_and_a_bounded_number_at_a_time(office: Office) -> None:
    blob = office.blobs.put(ORIGINAL)
    with office.database.transaction() as tx:
        for _ in range(30):
            new = NewOutbound(new_spool_id(), blob.sha256, blob.size, b"", "jean@ac.example", JEAN, None, [AMI])
            office.outbound.add(tx, new)
    relay, work = SlowRelay(), office.relaying()

    async def scenario() -> None:
        workers = [OutboundWorkers(work, relay, 3, asyncio.Event(), lambda _: None) for _ in range(2)]
        tasks = [asyncio.create_task(one.run()) for one in workers]
        for _ in range(400):
            if not await asyncio.to_thread(office.count, "outbound"):
                break
            await asyncio.sleep(0.05)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(scenario())
    assert (len(relay.sent), len(set(relay.sent))) == (30, 30)
    assert 1 < relay.most <= 6


def test_a_lost_lease_changes_nothing(office: Office) -> None:
    submit(office, AMI)
    work = office.relaying()
    (message,) = work.claim("first", 1)
    office.hurry()
    assert [one.id for one in work.claim("second", 1)] == [message.id]
    work.settle("first", message, {AMI: Reply(550, "5.1.1 No")})
    assert recipients(office)[AMI][0] == "waiting"


def test_pauses_double_up_to_their_bound() -> None:
    assert [relay_pause(tries) for tries in (1, 2, 3)] == [timedelta(minutes=minutes) for minutes in (5, 10, 20)]
    assert relay_pause(500) == timedelta(hours=4)
    assert (delivery_pause(1), delivery_pause(4), delivery_pause(500)) == (1.0, 8.0, 3_600.0)
