"""One message to many: account by account, in shares, stored once."""

import time
from dataclasses import dataclass

import pytest

from services.mail.application import deliver_spooled
from services.mail.application.deliver_spooled import Outcome
from services.mail.application.spool import PAGE
from services.mail.tests.flow.conftest import JEAN, Office
from services.mail.tests.flow.mailstores import Interrupted
from services.mail.tests.many_accounts import open_accounts

MANY = 500
SOME = PAGE + 30
TURNS = 1_000


@dataclass
class Everybody:
    office: Office
    recipients: list[tuple[str, str | None]]

    def got_it_once(self) -> bool:
        return self.figures() == [(1, 1, len(self.recipients))]

    def figures(self) -> list[tuple[int, int, int]]:
        """(total, unread, how many inboxes): one line where all have the same."""
        sql = (
            "SELECT total_emails, unread_emails, count(*)::int FROM mailbox"
            " WHERE role = 'inbox' AND account_id LIKE 'many%%' GROUP BY 1, 2"
        )
        with self.office.database.transaction() as tx:
            return tx.tuples(sql)


@pytest.fixture(params=[SOME])
def everybody(request: pytest.FixtureRequest, office: Office) -> Everybody:
    with office.database.transaction() as tx:
        return Everybody(office, open_accounts(tx, request.param))


def work_off(office: Office) -> list[Outcome]:
    """The outcome of each turn until nothing is due."""
    outcomes: list[Outcome] = []
    delivery = office.delivery()
    while (outcome := delivery.deliver_one()) is not Outcome.NOTHING_DUE:
        outcomes.append(outcome)
        assert len(outcomes) < TURNS
    return outcomes


@pytest.mark.parametrize("everybody", [MANY], indirect=True)
def test_each_gets_it_once_and_it_is_stored_and_parsed_once(
    everybody: Everybody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver_spooled, "SHARE_SECONDS", 0.1)
    office = everybody.office
    office.post(b"Subject: rentree\r\n\r\nx\r\n", *everybody.recipients)
    outcomes = work_off(office)
    assert outcomes == [Outcome.SHARED] * (len(outcomes) - 1) + [Outcome.DELIVERED]
    assert len(outcomes) > 1
    assert everybody.got_it_once()
    assert (office.count("message"), office.count("spool"), office.count("spool_recipient")) == (1, 0, 0)
    assert office.parser.calls == 1


def test_others_have_their_turn_in_between(everybody: Everybody, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver_spooled, "SHARE_SECONDS", 0.0)
    office = everybody.office
    office.post(b"Subject: rentree\r\n\r\nx\r\n", *everybody.recipients)
    office.post(b"Subject: urgent\r\n\r\nx\r\n", ("jean@ac.example", JEAN))
    delivery = office.delivery()
    assert [delivery.deliver_one(), delivery.deliver_one()] == [Outcome.SHARED, Outcome.DELIVERED]
    assert office.subjects(JEAN) == ["urgent"]


class Killed(BaseException):
    """Nobody catches it: as if the process had ended."""


class Mortal(Interrupted):
    """Dies at the append of this number."""

    def __init__(self, at: int) -> None:
        self.left = at

    def before(self, account_id: str) -> None:
        self.left -= 1
        if not self.left:
            raise Killed


@pytest.mark.parametrize("at", [1, PAGE + 10])
def test_whoever_takes_over_goes_on_where_it_stopped(everybody: Everybody, at: int) -> None:
    office = everybody.office
    office.post(b"Subject: rentree\r\n\r\nx\r\n", *everybody.recipients)
    office.mailstore, kept = Mortal(at), office.mailstore
    delivery = office.delivery()
    with pytest.raises(Killed):
        for _ in range(TURNS):
            delivery.deliver_one()
    office.mailstore = kept
    work_off(office)
    assert everybody.got_it_once()
    assert (office.count("message"), office.count("spool")) == (1, 0)


def test_who_cannot_be_served_keeps_none_behind_waiting(everybody: Everybody) -> None:
    office = everybody.office
    gone = [(f"a{number:04d}@ac.example", f"nobody{number}") for number in range(PAGE + 1)]
    office.post(b"Subject: rentree\r\n\r\nx\r\n", *gone, *everybody.recipients)
    delivery, end = office.delivery(), time.monotonic() + 60
    while not everybody.got_it_once():
        delivery.deliver_one()
        assert time.monotonic() < end
    assert office.count("message") == 1
