"""An agent's open sessions: the list, how they end, and what a shared computer changes."""

from functools import partial

import pytest
from pydantic import SecretStr

from chassis.db import Transaction
from contracts.account import AccountRequest, OpenSession, SessionEnding
from contracts.auth import SignedIn
from contracts.errors import ErrorCode
from services.auth.domain.digests import token_hash
from services.auth.tests.system import System, holder, refused, token

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
    " Mobile/15E148 Safari/604.1"
)
NUMEN_OF_ANOTHER = "34S2600001XYZ"


def session_id(signed_in: SignedIn) -> str:
    return token_hash(signed_in.token.get_secret_value()).hex()


def listed(system: System, signed_in: SignedIn) -> list[OpenSession]:
    return system.auth.list_sessions(AccountRequest(holder=holder(signed_in))).sessions


def end(system: System, signed_in: SignedIn, ended: str) -> None:
    system.auth.end_session(SessionEnding(holder=holder(signed_in), session_id=ended))


def ended_events(system: System) -> list[list[str]]:
    rows = system.rows("SELECT payload::jsonb AS body FROM outbox WHERE routing_key = 'auth.session.ended'")
    return [row["body"]["session_ids"] for row in rows]


def another_agent(system: System) -> SignedIn:
    system.import_line(numen=NUMEN_OF_ANOTHER, prenom="Basile")
    return system.activate(system.ticket("basile.brindacier", NUMEN_OF_ANOTHER))


def test_each_session_is_listed_by_device_place_and_last_use(system: System) -> None:
    system.active_agent()
    system.clock.advance(minutes=10)
    mine = system.sign_in(user_agent=FIREFOX, source="127.0.0.7")
    opened_at = system.clock.now.timestamp()
    system.clock.advance(minutes=10)
    telephone = system.sign_in(user_agent=IPHONE, source="203.0.113.9")
    system.clock.advance(minutes=5)
    assert system.auth.sessions.verify(token(telephone))
    first, second, third = listed(system, mine)
    assert first == OpenSession(
        session_id=session_id(mine),
        current=True,
        browser="Firefox",
        system="Linux",
        source="127.0.0.7",
        place="Cette machine",
        shared=False,
        opened_at=opened_at,
        used_at=opened_at,
    )
    assert (second.browser, second.system, second.place, second.current) == ("Safari", "iOS", "", False)
    assert (second.used_at, second.opened_at) == (opened_at + 900, opened_at + 600)
    assert (third.browser, third.source, third.current) == ("", "", False)


def test_nobody_lists_or_ends_another_agents_sessions(system: System) -> None:
    mine, theirs = system.active_agent(), another_agent(system)
    assert [session.session_id for session in listed(system, mine)] == [session_id(mine)]
    end(system, mine, session_id(theirs))
    assert system.auth.sessions.verify(token(theirs))
    assert ended_events(system) == []
    borrowed = holder(mine).model_copy(update={"session_id": session_id(theirs)})
    refused(ErrorCode.NOT_FOUND, lambda: system.auth.list_sessions(AccountRequest(holder=borrowed)))
    refused(ErrorCode.NOT_FOUND, lambda: system.auth.end_other_sessions(AccountRequest(holder=borrowed)))


def test_an_ended_session_is_refused_told_and_noted_once(system: System) -> None:
    mine = system.active_agent()
    lost = system.sign_in()
    for _ in range(2):
        end(system, mine, session_id(lost))
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.auth.sessions.verify(token(lost)))
    assert ended_events(system) == [[session_id(lost)]]
    assert len(system.rows("SELECT 1 FROM trail_line WHERE action = 'session-ended' AND made_by = 'agent'")) == 1
    for nonsense in ("", "pas un nombre", "00" * 32):
        end(system, mine, nonsense)
    assert len(ended_events(system)) == 1


def test_all_others_end_and_this_one_goes_on(system: System) -> None:
    system.active_agent()
    mine = system.sign_in()
    others = [system.sign_in() for _ in range(3)]
    system.auth.end_other_sessions(AccountRequest(holder=holder(mine)))
    assert [session.session_id for session in listed(system, mine)] == [session_id(mine)]
    for other in others:
        refused(ErrorCode.BAD_CREDENTIALS, partial(system.auth.sessions.verify, token(other)))
    assert len(ended_events(system)[0]) == 4
    system.auth.end_other_sessions(AccountRequest(holder=holder(mine)))
    noted = system.rows("SELECT details FROM trail_line WHERE action = 'sessions-ended'")
    assert [line["details"] for line in noted] == [{"sessions": 4}]


def test_an_ended_session_can_list_and_end_nothing(system: System) -> None:
    mine = system.active_agent()
    system.auth.sign_out(token(mine))
    request = AccountRequest(holder=holder(mine))
    refused(ErrorCode.NOT_FOUND, lambda: system.auth.list_sessions(request))
    refused(ErrorCode.NOT_FOUND, lambda: system.auth.end_other_sessions(request))
    refused(ErrorCode.NOT_FOUND, lambda: end(system, mine, session_id(mine)))


def test_on_a_shared_computer_a_session_lapses_sooner(system: System) -> None:
    system.active_agent()
    mine, shared = system.sign_in(), system.sign_in(shared=True)
    assert (mine.shared, shared.shared) == (False, True)
    system.clock.advance(minutes=14)
    assert system.auth.sessions.verify(token(shared)).shared
    system.clock.advance(minutes=15)
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.auth.sessions.verify(token(shared)))
    assert not system.auth.sessions.verify(token(mine)).shared
    assert [session.shared for session in listed(system, mine)] == [False, False]


def test_verifying_costs_one_indexed_select_and_a_touch_a_minute(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def spy(method: str) -> None:
        original = getattr(Transaction, method)

        def spied(tx: Transaction, sql: str, *rest: object) -> object:
            asked.append(sql.split()[0])
            return original(tx, sql, *rest)

        monkeypatch.setattr(Transaction, method, spied)

    mine = system.active_agent()
    for method in ("execute", "one", "all", "values", "tuples"):
        spy(method)
    for _ in range(3):
        system.auth.sessions.verify(token(mine))
    assert asked == ["SELECT"] * 3
    asked.clear()
    system.clock.advance(seconds=60)
    for _ in range(3):
        system.auth.sessions.verify(token(mine))
    assert asked == ["SELECT", "UPDATE", "SELECT", "SELECT"]
    with system.database.transaction() as tx:
        tx.execute("SET LOCAL enable_seqscan = off")
        plan = tx.all("EXPLAIN SELECT 1 FROM session JOIN account USING (account_id) WHERE session_hash = %s", (b"x",))
    assert [line for row in plan for line in row.values() if "Seq Scan" in line] == []


def test_who_watches_a_lapsed_session_is_told(system: System) -> None:
    system.active_agent()
    shared = system.sign_in(shared=True)
    system.clock.advance(minutes=15)
    system.auth.sweep()
    assert ended_events(system) == [[session_id(shared)]]
    system.auth.sweep()
    assert ended_events(system) == [[session_id(shared)]]


def test_a_device_that_says_too_much_is_cut(system: System) -> None:
    system.active_agent()
    mine = system.sign_in(user_agent="x" * 10_000, source="y" * 1_000)
    assert len(listed(system, mine)) == 2
    kept = system.rows("SELECT max(length(user_agent)) AS agent, max(length(source)) AS source FROM session")
    assert (kept[0]["agent"], kept[0]["source"]) == (400, 64)


def test_no_secret_of_a_session_is_stored(system: System) -> None:
    system.active_agent()
    mine = system.sign_in(device=SecretStr("valeur-du-temoin-de-l-appareil"))
    dump = repr(system.rows("SELECT s::text AS session FROM session s"))
    assert mine.token.get_secret_value() not in dump
    assert mine.csrf not in dump
    assert "valeur-du-temoin" not in dump
