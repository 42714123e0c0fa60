"""An agent reads what was noted about their account: all of it, theirs alone, page by page."""

import pytest

from contracts.account import Activity, ActivityRequest
from contracts.auth import SignedIn
from contracts.errors import ErrorCode, ServiceError
from services.auth.application.change_state import RESTORE, SUSPEND
from services.auth.tests.system import System, holder, token
from services.auth.tests.trail import Trail


def read(system: System, signed_in: SignedIn, before: str = "", limit: int = 50) -> Activity:
    return system.auth.list_activity(ActivityRequest(holder=holder(signed_in), before=before, limit=limit))


def test_pages_follow_each_other_from_the_newest_line_to_the_oldest(system: System) -> None:
    mine = system.active_agent()
    trail = Trail(system)
    for _ in range(2):
        trail.add(3, account_id=mine.agent.account_id)
        trail.add(2, account_id="somebody else")
        trail.next_month()
        mine = system.sign_in()
    whole = read(system, mine, limit=100)
    assert whole.next == ""
    assert [line.at for line in whole.lines] == sorted((line.at for line in whole.lines), reverse=True)
    assert sum(line.details.get("n") is not None for line in whole.lines) == 6
    pages, before = [], ""
    while True:
        page = read(system, mine, before, limit=2)
        assert 1 <= len(page.lines) <= 2
        pages += page.lines
        before = page.next
        if not before:
            break
    assert pages == whole.lines


def test_lines_added_meanwhile_move_nothing(system: System) -> None:
    mine = system.active_agent()
    trail = Trail(system)
    trail.add(4, account_id=mine.agent.account_id)
    second = read(system, mine, read(system, mine, limit=2).next, limit=2)
    first = read(system, mine, limit=2)
    trail.add(4, account_id=mine.agent.account_id)
    assert read(system, mine, first.next, limit=2) == second


def test_a_line_tells_who_from_where_and_never_an_operator(system: System) -> None:
    system.active_agent()
    for act in (SUSPEND, RESTORE):
        system.auth.change_state(act, "camille.brindacier", operator="Marie Operatrice", reason="congé")
    mine = system.sign_in()
    Trail(system).add(account_id=mine.agent.account_id)
    newest, *older = read(system, mine).lines
    assert (newest.action, newest.by, newest.source, newest.details) == ("signed-in", "agent", "192.0.2.1", {"n": 0})
    restored = next(line for line in older if line.action == "restored")
    assert (restored.by, restored.source, restored.browser, restored.details) == ("administration", "", "", {})
    assert "Marie" not in read(system, mine).model_dump_json()


def test_lines_whose_time_is_over_are_not_shown(system: System) -> None:
    mine = system.active_agent()
    Trail(system).add(account_id=mine.agent.account_id)
    system.clock.advance(days=400)
    mine = system.sign_in()
    assert all(line.at > system.clock().timestamp() - 100 for line in read(system, mine).lines)


@pytest.mark.parametrize("before", ["x", "2026-13.1", "2026-11.0", "0000-01.1", "2026-11.1\n", "2026-11.-1", "9" * 99])
def test_a_place_that_no_page_gave_is_refused(system: System, before: str) -> None:
    mine = system.active_agent()
    with pytest.raises(ServiceError) as raised:
        read(system, mine, before)
    assert (raised.value.code, raised.value.details) == (ErrorCode.INVALID_REQUEST, {"fields": ["before"]})


def test_who_signed_out_reads_nothing_and_another_s_lines_never(system: System) -> None:
    mine = system.active_agent()
    stolen = holder(mine).model_copy(update={"account_id": "axxxxxxxxxxxx"})
    with pytest.raises(ServiceError) as raised:
        system.auth.list_activity(ActivityRequest(holder=stolen))
    assert raised.value.code == ErrorCode.NOT_FOUND
    system.auth.sign_out(token(mine))
    with pytest.raises(ServiceError):
        read(system, mine)


def test_signing_out_is_noted_once_with_the_device_of_the_session(system: System) -> None:
    system.active_agent()
    mine = system.sign_in()
    for _ in range(2):
        system.auth.sign_out(token(mine))
    lines = [line for line in read(system, system.sign_in()).lines if line.action == "signed-out"]
    assert [(line.by, line.source) for line in lines] == [("agent", "192.0.2.1")]
