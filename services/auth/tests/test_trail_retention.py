"""Months of the trail go whole, once their time is over, and what remains verifies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from services.auth.application import erase_trail
from services.auth.domain.trail import TrailHead
from services.auth.domain.trail_check import Fault, Finding
from services.auth.tests.system import System
from services.auth.tests.trail import Trail


@pytest.fixture
def fifteen_months(system: System) -> Trail:
    """Three lines a month from November 2026 to January 2028."""
    trail = Trail(system)
    for _ in range(15):
        trail.add(3)
        system.clock.now = system.clock.now.replace(day=1)
        trail.next_month()
    system.clock.advance(days=-31)
    return trail


def test_only_whole_months_older_than_the_setting_go_and_the_rest_verifies(fifteen_months: Trail) -> None:
    noted = fifteen_months.system.auth.trail_position()
    assert fifteen_months.system.auth.erase_trail() == 6
    months = {month for month, _ in fifteen_months.places()}
    assert (min(months), max(months)) == ("2027-01", "2028-01")
    report = fifteen_months.system.auth.verify_trail([noted])
    assert (report.findings, report.erased_until) == ([], date(2026, 12, 1))
    assert fifteen_months.system.auth.erase_trail() == 0
    assert fifteen_months.system.auth.verify_trail().findings == []


def test_what_went_is_a_line_of_the_trail(fifteen_months: Trail) -> None:
    fifteen_months.system.auth.erase_trail()
    told = "SELECT account_id, made_by, details FROM trail_line WHERE action = 'trail-erased'"
    rows = fifteen_months.system.rows(told)
    ends = fifteen_months.system.rows("SELECT month, lines, seal FROM trail_month WHERE erased_at IS NOT NULL")
    assert [row["details"] for row in rows] == [
        {"month": str(end["month"]), "lines": 3, "seal": bytes(end["seal"]).hex()} for end in ends
    ]
    assert {(row["account_id"], row["made_by"]) for row in rows} == {(None, "administration")}


def test_an_erasure_that_was_cut_off_goes_on(fifteen_months: Trail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase_trail, "_LINES", 2)
    monkeypatch.setattr(erase_trail, "_BATCHES", 2)
    assert fifteen_months.system.auth.erase_trail() == 4
    assert fifteen_months.system.auth.verify_trail().findings == []
    assert fifteen_months.system.auth.erase_trail() == 2
    assert fifteen_months.system.auth.verify_trail().findings == []
    assert min(fifteen_months.places()) == ("2027-01", 1)


def test_several_at_once_erase_no_more_than_one(fifteen_months: Trail) -> None:
    with ThreadPoolExecutor(4) as pool:
        erased = sum(pool.map(lambda _: fifteen_months.system.auth.erase_trail(), range(4)))
    erased += fifteen_months.system.auth.erase_trail()
    assert erased == 6
    assert len(fifteen_months.system.rows("SELECT 1 FROM trail_line WHERE action = 'trail-erased'")) == 2
    assert fifteen_months.system.auth.verify_trail().findings == []


def test_a_month_that_somebody_says_was_erased_is_found(fifteen_months: Trail) -> None:
    fifteen_months.system.auth.erase_trail()
    march = date(2027, 3, 1)
    fifteen_months.tamper("UPDATE trail_month SET erased_at = now() WHERE month <= %s", march)
    fifteen_months.tamper("DELETE FROM trail_line WHERE month <= %s", march)
    assert list(fifteen_months.system.auth.verify_trail().findings) == [Finding(Fault.ERASED_UNNOTED, march, 3, 3)]


def test_the_oldest_month_without_its_end_is_found(fifteen_months: Trail) -> None:
    """Not even by somebody who also removes what its end was noted by."""
    november = date(2026, 11, 1)
    fifteen_months.tamper("DELETE FROM trail_line WHERE month = %s", november)
    assert list(fifteen_months.system.auth.verify_trail().findings) == [Finding(Fault.MISSING, november, 1, 3)]
    with fifteen_months.system.owner.transaction() as tx:
        tx.execute("ALTER TABLE trail_month DISABLE TRIGGER USER")
        tx.execute("DELETE FROM trail_month WHERE month = %s", (november,))
    found = fifteen_months.system.auth.verify_trail().findings
    assert list(found) == [Finding(Fault.BROKEN, date(2026, 12, 1), 1, 1)]


def test_a_head_of_an_erased_month_can_be_confirmed_only_as_its_end(fifteen_months: Trail) -> None:
    with fifteen_months.store.begin() as tx:
        lines = tx.lines_after(date(2026, 12, 1), 1, 2)
    fifteen_months.system.auth.erase_trail()
    heads = [TrailHead(line.month, line.number, line.seal) for line in lines]
    found = fifteen_months.system.auth.verify_trail(heads).findings
    assert list(found) == [Finding(Fault.NOT_AS_EXPECTED, date(2026, 12, 1), 2, 2)]
