"""From the spool into mailboxes: once each, whatever fails on the way."""

import threading
from collections.abc import Callable

import orjson
import psycopg2

from chassis.db import Transaction
from services.mail.adapters.bell import Bell
from services.mail.adapters.spool import STUCK_AFTER_TRIES
from services.mail.adapters.store.store import PostgresMailstore
from services.mail.application.deliver_spooled import Outcome
from services.mail.application.delivery_workers import DeliveryWorkers
from services.mail.application.ports import StoredMessage
from services.mail.domain.mime.summary import ParseSummary
from services.mail.parser.protocol import ParserUnavailable
from services.mail.tests.flow.conftest import DOMAIN, JEAN, MARIE, PAUL, Office
from services.mail.tests.flow.mailstores import Interrupted

TO_JEAN = ("jean@ac.example", JEAN)
TO_MARIE = ("marie@ac.example", MARIE)
TO_PAUL = ("paul@ac.example", PAUL)


LATEST = "SELECT trace FROM message WHERE trace <> '' ORDER BY id DESC LIMIT 1"


class Faulty(Interrupted):
    """Fails after the append of one account, before its commit."""

    def __init__(self, account_id: str, times: int) -> None:
        self.account_id = account_id
        self.times = times

    def after(self, account_id: str) -> None:
        if account_id == self.account_id and self.times:
            self.times -= 1
            raise RuntimeError("a fault")


def test_one_message_to_several_is_stored_and_parsed_once(office: Office) -> None:
    office.post(b"Subject: tous\r\n\r\nx\r\n", TO_JEAN, TO_MARIE, TO_PAUL)
    delivery = office.delivery()
    assert delivery.deliver_one() is Outcome.DELIVERED
    assert delivery.deliver_one() is Outcome.NOTHING_DUE
    assert [office.subjects(account_id) for account_id in (JEAN, MARIE, PAUL)] == [["tous"]] * 3
    assert (office.count("message"), office.parser.calls, office.count("spool")) == (1, 1, 0)


def test_what_was_composed_here_is_not_parsed_again(office: Office) -> None:
    """Its recipients find the same as if it had been: fields of the trace, parts, words."""
    octets = b"Subject: conseil\r\n\r\nsalle douze\r\n"
    composed = office.parser.parse(office.blobs.put(octets).sha256)
    with office.database.transaction() as tx:
        office.mailstore.add_message(tx, b"", composed)
    calls = office.parser.calls
    office.post(octets, TO_MARIE, submission=1)
    assert office.delivery().deliver_one() is Outcome.DELIVERED
    assert office.parser.calls == calls
    with office.database.transaction() as tx:
        parsed_again = office.parser.parse(composed.sha256, trace=bytes(tx.only(LATEST)["trace"]))
        office.mailstore.add_message(tx, bytes(tx.only(LATEST)["trace"]), parsed_again)
        copied, parsed = tx.all("SELECT * FROM message WHERE trace <> '' ORDER BY id")
    differing = {name for name in copied if copied[name] != parsed[name]}
    assert differing <= {"id", "created_at", "detail"}
    assert orjson.loads(copied["detail"]) == orjson.loads(parsed["detail"])


def test_a_fault_for_one_recipient_does_not_keep_the_others_waiting_nor_serve_them_twice(office: Office) -> None:
    office.mailstore = Faulty(JEAN, times=2)
    office.post(b"Subject: tous\r\n\r\nx\r\n", TO_JEAN, TO_MARIE)
    delivery = office.delivery()
    for tries in (1, 2):
        assert delivery.deliver_one() is Outcome.RETRY
        assert (office.subjects(JEAN), office.subjects(MARIE)) == ([], ["tous"])
        assert [(row["tries"], row["last_error"]) for row in office.spool_rows()] == [(tries, "RuntimeError")]
        assert delivery.deliver_one() is Outcome.NOTHING_DUE
        office.hurry()
    assert delivery.deliver_one() is Outcome.DELIVERED
    assert (office.subjects(JEAN), office.subjects(MARIE), office.count("message")) == (["tous"], ["tous"], 1)


def test_what_fails_for_ever_is_kept_and_counted(office: Office) -> None:
    office.mailstore = Faulty(JEAN, times=1_000)
    office.post(b"Subject: poison\r\n\r\n", TO_JEAN)
    for _ in range(STUCK_AFTER_TRIES):
        office.hurry()
        assert office.delivery().deliver_one() is Outcome.RETRY
    with office.database.transaction() as tx:
        figures = office.spool.figures(tx)
    assert (figures.waiting, figures.stuck) == (1, 1)


class Picky(PostgresMailstore):
    """Refuses messages that have an author, as a fault in what is derived from a header would."""

    def add_message(self, tx: Transaction, trace: bytes, summary: ParseSummary) -> StoredMessage:
        if summary.from_ is not None:
            raise ValueError("unexpected")
        return super().add_message(tx, trace, summary)


def test_what_the_store_refuses_is_delivered_with_less_in_the_end(office: Office) -> None:
    office.mailstore = Picky()
    office.post(b"From: x@y.example\r\nSubject: sujet\r\n\r\n", TO_JEAN)
    outcomes: list[Outcome] = []
    while Outcome.DELIVERED not in outcomes and len(outcomes) < 10:
        outcomes.append(office.delivery().deliver_one())
        office.hurry()
    assert outcomes == [*[Outcome.RETRY] * 5, Outcome.DELIVERED]
    assert office.subjects(JEAN) == ["sujet"]


def test_a_pool_that_is_away_loses_nothing(office: Office) -> None:
    office.parser.failures = [ParserUnavailable("away")]
    office.post(b"Subject: plus tard\r\n\r\n", TO_JEAN)
    assert office.delivery().deliver_one() is Outcome.RETRY
    office.hurry()
    assert office.delivery().deliver_one() is Outcome.DELIVERED
    assert office.subjects(JEAN) == ["plus tard"]


def test_role_addresses_wait_until_somebody_reads_them(office: Office) -> None:
    office.post(b"Subject: abus\r\n\r\n", ("abuse@ac.example", None), TO_MARIE)
    assert office.delivery().deliver_one() is Outcome.HELD
    assert (office.subjects(MARIE), office.count("spool")) == (["abus"], 1)
    office.hurry()
    assert office.delivery(postmaster=f"Paul@{DOMAIN}").deliver_one() is Outcome.DELIVERED
    assert (office.subjects(PAUL), office.subjects(MARIE), office.count("spool")) == (["abus"], ["abus"], 0)


def test_a_claim_dies_with_its_connection(office: Office) -> None:
    """As when the process is killed: the message is free again at once."""
    office.post(b"Subject: repris\r\n\r\n", TO_JEAN)
    connection = psycopg2.connect(office.url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM spool FOR UPDATE")
        assert office.delivery().deliver_one() is Outcome.NOTHING_DUE
    connection.close()
    _wait(lambda: office.delivery().deliver_one() is Outcome.DELIVERED)


def test_workers_side_by_side_deliver_each_message_once(office: Office) -> None:
    for number in range(60):
        office.post(b"Subject: %03d\r\n\r\n" % number, *([TO_JEAN, TO_MARIE] if number % 3 else [TO_PAUL]))
    bell = Bell(office.url, "spool")
    listening = threading.Thread(target=bell.run)
    workers = DeliveryWorkers(office.delivery().deliver_one, bell, 4, lambda _: None)
    listening.start()
    workers.start()
    try:
        _wait(lambda: office.count("spool") == 0)
        office.post(b"Subject: reveil\r\n\r\n", TO_PAUL)
        _wait(lambda: office.count("spool") == 0, seconds=1.5)
    finally:
        workers.tell_to_stop()
        bell.stop()
        assert workers.join(5)
        listening.join(10)
    assert office.subjects(JEAN) == [f"{number:03}" for number in range(60) if number % 3]
    assert office.subjects(PAUL) == [*(f"{number:03}" for number in range(0, 60, 3)), "reveil"]


def _wait(true: Callable[[], bool], seconds: float = 20.0) -> None:
    pause = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if true():
            return
        pause.wait(0.02)
    raise AssertionError(f"did not happen in {seconds} s")


def test_attachments_of_what_was_composed_here_are_still_to_be_read(office: Office) -> None:
    octets = (
        b"Subject: bilan\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nVoir la note.\r\n"
        b"--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=notes.csv\r\n\r\na;b\r\n--b--\r\n"
    )
    composed = office.parser.parse(office.blobs.put(octets).sha256)
    with office.database.transaction() as tx:
        office.mailstore.add_message(tx, b"", composed)
    office.post(octets, TO_MARIE, submission=1)
    assert office.delivery().deliver_one() is Outcome.DELIVERED
    assert (office.count("message"), office.count("attachment_text")) == (2, 2)
