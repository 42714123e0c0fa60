"""The trail: what is added stays, in its order, and whatever is done to it behind auth's back is found and named."""

import argparse
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg2
import psycopg2.errors
import pytest

from contracts.auth import Client
from services.auth.application.trail import record
from services.auth.cli.trail import verify
from services.auth.domain.digests import KeyRing
from services.auth.domain.trail import Action, By, Entry, TrailHead, month_of
from services.auth.domain.trail_check import Fault, Finding
from services.auth.tests.system import KEY, System
from services.auth.tests.trail import Trail

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def trail(system: System) -> Trail:
    return Trail(system)


@pytest.fixture
def two_months(trail: Trail) -> Trail:
    """Five lines in November, five in December."""
    trail.add(5)
    trail.next_month()
    trail.add(5)
    return trail


def findings(trail: Trail, *expected: TrailHead) -> list[Finding]:
    return list(trail.system.auth.verify_trail(expected).findings)


def test_an_untouched_trail_is_intact_and_says_how_far_it_goes(two_months: Trail) -> None:
    report = two_months.system.auth.verify_trail()
    assert (report.findings, report.lines, report.head.month, report.head.number) == ([], 10, DECEMBER, 5)
    assert report.last_at == two_months.system.rows("SELECT max(at) AS at FROM trail_line")[0]["at"]


def test_a_trail_without_a_line_is_intact(trail: Trail) -> None:
    report = trail.system.auth.verify_trail()
    assert (report.findings, report.lines, report.last_at) == ([], 0, None)


def test_each_month_counts_from_one(two_months: Trail) -> None:
    assert two_months.places() == [("2026-11", n) for n in range(1, 6)] + [("2026-12", n) for n in range(1, 6)]


def test_a_clock_that_goes_back_never_reopens_a_month(two_months: Trail) -> None:
    two_months.system.clock.advance(days=-40)
    two_months.add(2)
    assert two_months.places()[-2:] == [("2026-12", 6), ("2026-12", 7)]
    two_months.system.clock.advance(days=400)
    two_months.add()
    assert two_months.places()[-1] == ("2027-12", 1)
    assert findings(two_months) == []


def test_many_writers_leave_one_chain_without_a_gap(trail: Trail) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: trail.add(25), range(8)))
    assert trail.places() == [("2026-11", number) for number in range(1, 201)]
    assert findings(trail) == []


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "account_id = 'b'",
        "account_id = NULL",
        "action = 'signed-out'",
        "made_by = 'administration'",
        "source = '192.0.2.2'",
        "user_agent = ''",
        'details = \'{"n": "2"}\'',
        "details = '{}'",
    ],
)
def test_a_changed_line_is_named(two_months: Trail, change: str) -> None:
    two_months.tamper(f"UPDATE trail_line SET {change} WHERE month = '2026-11-01' AND number = 3")  # noqa: S608
    assert findings(two_months) == [Finding(Fault.BROKEN, NOVEMBER, 3, 3)]


def test_a_line_sealed_by_somebody_without_the_key_is_named_with_the_next(two_months: Trail) -> None:
    two_months.tamper("UPDATE trail_line SET seal = sha256(seal) WHERE month = '2026-11-01' AND number = 3")
    assert findings(two_months) == [Finding(Fault.BROKEN, NOVEMBER, 3, 4)]


@pytest.mark.parametrize(
    ("which", "first", "last"),
    [
        ("number = 3", 3, 3),
        ("number BETWEEN 2 AND 4", 2, 4),
        ("number = 1", 1, 1),
        ("number <= 2", 1, 2),
        ("number = 5", 5, 5),
        ("number >= 4", 4, 5),
        ("true", 1, 5),
    ],
)
@pytest.mark.parametrize("month", [NOVEMBER, DECEMBER])
def test_missing_lines_are_named(two_months: Trail, month: date, which: str, first: int, last: int) -> None:
    two_months.tamper(f"DELETE FROM trail_line WHERE month = %s AND {which}", month)  # noqa: S608
    assert findings(two_months) == [Finding(Fault.MISSING, month, first, last)]


@pytest.mark.parametrize(("here", "there"), [(2, 3), (1, 5), (2, 4)])
def test_lines_that_changed_places_are_named_with_where_they_belong(two_months: Trail, here: int, there: int) -> None:
    for old, new in ((here, 99), (there, here), (99, there)):
        two_months.tamper("UPDATE trail_line SET number = %s WHERE month = %s AND number = %s", new, NOVEMBER, old)
    found = [finding for finding in findings(two_months) if finding.fault != Fault.OTHER_END]
    assert found == [
        Finding(Fault.MOVED, NOVEMBER, here, here, (NOVEMBER, there)),
        Finding(Fault.MOVED, NOVEMBER, there, there, (NOVEMBER, here)),
    ]


def test_a_line_moved_to_another_month_is_named(two_months: Trail) -> None:
    two_months.tamper(
        "UPDATE trail_line SET month = %s, number = 6 WHERE month = %s AND number = 4", DECEMBER, NOVEMBER
    )
    assert findings(two_months) == [
        Finding(Fault.MISSING, NOVEMBER, 4, 4),
        Finding(Fault.MOVED, DECEMBER, 6, 6, (NOVEMBER, 4)),
    ]


def test_a_line_put_in_front_or_behind_is_named(two_months: Trail) -> None:
    copy = (
        "INSERT INTO trail_line SELECT month, %s, at, account_id, action, made_by, source, user_agent, details, key_id,"
        " seal FROM trail_line WHERE month = %s AND number = 2"
    )
    for number in (0, 6):
        two_months.tamper(copy, number, NOVEMBER)
    found = findings(two_months)
    assert Finding(Fault.ADDED, NOVEMBER, 0, 0) in found
    assert Finding(Fault.ADDED, NOVEMBER, 6, 6) in found
    assert {finding.month for finding in found} == {NOVEMBER}


def test_an_end_of_a_month_that_was_changed_or_removed_is_named(two_months: Trail) -> None:
    two_months.tamper("UPDATE trail_month SET seal = sha256(seal)")
    assert findings(two_months) == [Finding(Fault.OTHER_END, NOVEMBER, 5, 5)]
    two_months.tamper("UPDATE trail_month SET month = '2020-01-01'")
    assert Finding(Fault.NOT_CLOSED, NOVEMBER, 5, 5) in findings(two_months)


def test_a_tail_cut_with_its_head_is_found_by_a_head_noted_outside(two_months: Trail) -> None:
    noted = two_months.system.auth.trail_position()
    two_months.add(2)
    assert findings(two_months, noted) == []
    two_months.tamper("DELETE FROM trail_line WHERE month = %s AND number > 3", DECEMBER)
    two_months.tamper(
        "UPDATE trail_head SET number = 3, seal = (SELECT seal FROM trail_line WHERE month = %s AND number = 3)",
        DECEMBER,
    )
    assert findings(two_months) == []
    assert findings(two_months, noted) == [Finding(Fault.NOT_AS_EXPECTED, DECEMBER, 5, 5)]
    two_months.add(2)
    assert findings(two_months) == []
    assert findings(two_months, noted) == [Finding(Fault.NOT_AS_EXPECTED, DECEMBER, 5, 5)]


def test_lines_under_an_earlier_key_still_verify_and_a_lost_key_is_told(trail: Trail) -> None:
    new = b"\xab" * 32
    trail.add(2)
    trail.add(2, keys=KeyRing((new, bytes.fromhex(KEY))))
    assert [finding.fault for finding in findings(trail)] == [Fault.UNKNOWN_KEY]
    assert findings(trail) == [Finding(Fault.UNKNOWN_KEY, NOVEMBER, 3, 4)]


@pytest.mark.parametrize("statement", ["UPDATE trail_line SET source = ''", "DELETE FROM trail_line"])
def test_the_tables_refuse_a_change_by_mistake_of_their_owner(trail: Trail, statement: str) -> None:
    trail.add()
    with pytest.raises(psycopg2.DatabaseError, match="only grows"), trail.system.owner.transaction() as tx:
        tx.execute(statement)
    for end in ("DELETE FROM trail_head", "DELETE FROM trail_month", "TRUNCATE trail_head"):
        with pytest.raises(psycopg2.DatabaseError, match="keeps its ends"), trail.system.owner.transaction() as tx:
            tx.execute(end)


def test_what_a_client_says_of_itself_is_kept_within_bounds(trail: Trail) -> None:
    hostile = "\0\ud800é" + "x" * 5_000
    entry = Entry(Action.SIGN_IN_FAILED, None, By.UNKNOWN, Client(source=hostile, user_agent=hostile))
    with trail.store.begin() as tx:
        record(tx, trail.keys, trail.system.clock(), entry)
    kept = trail.system.rows("SELECT source, user_agent FROM trail_line")[0]
    assert (len(kept["source"]), len(kept["user_agent"])) == (64, 400)
    assert findings(trail) == []


def test_the_command_tells_what_it_found_and_ends_with_a_status(
    two_months: Trail, capsys: pytest.CaptureFixture[str]
) -> None:
    head = two_months.system.auth.trail_position()
    verify(two_months.system.auth, argparse.Namespace(expect=[head]))
    assert capsys.readouterr().out.splitlines() == [
        "10 lignes, jusqu’au 2026-12-27 08:00:09 UTC",
        f"tête : {head.seal.hex()}@2026-12/5",
        "la trace est intacte",
    ]
    two_months.tamper("DELETE FROM trail_line WHERE month = %s AND number IN (2, 3)", NOVEMBER)
    with pytest.raises(SystemExit) as ended:
        verify(two_months.system.auth, argparse.Namespace(expect=[]))
    assert ended.value.code == 1
    said = capsys.readouterr().out.splitlines()
    assert (said[0], said[-1]) == ("2026-11/2 à 3 : manque", "la trace a été altérée")


def test_the_processes_own_role_may_not_touch_a_line(trail: Trail) -> None:
    trail.add()
    for statement in (
        "DELETE FROM trail_line",
        "UPDATE trail_line SET action = 'signed-out'",
        "DELETE FROM trail_head",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege), trail.system.database.transaction() as tx:
            tx.execute(statement)


def test_lines_of_a_month_that_goes_on_are_not_erased(trail: Trail) -> None:
    trail.add()
    with pytest.raises(psycopg2.DatabaseError, match="has not ended"), trail.store.begin() as tx:
        tx.erase_lines(month_of(trail.system.clock()), 10)
