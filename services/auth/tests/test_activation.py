"""Activation: how long the NUMEN opens anything, what code is asked for besides, and how an account is opened again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from contracts.account import AccountRequest, Reopening
from contracts.auth import SignedIn
from contracts.errors import ErrorCode, ServiceError
from services.auth.adapters.hasher import Argon2Hasher
from services.auth.application import never_activated
from services.auth.application.call_back import RefusedCallBackError
from services.auth.application.hand_out_codes import HandedOut
from services.auth.domain.activation import MAX_CODE_FAILURES, Selection
from services.auth.domain.paper_code import new_paper_code
from services.auth.domain.trail import Action
from services.auth.tests.system import NUMEN, PASSWORD, System, holder, refused, token

ADDRESS = "camille.brindacier@ac-montpellier.example"
OTHER_PASSWORD = "guirlande orange 17"
OPERATOR = "M. Delorme"


def test_the_numen_opens_a_ticket_while_the_window_lasts(system: System) -> None:
    system.import_line()
    system.clock.advance(days=30, seconds=-1)
    assert system.ticket()
    system.clock.advance(seconds=1)
    error = refused(ErrorCode.BAD_CREDENTIALS, system.ticket)
    assert (error.detail, error.details, error.retryable) == ("", {}, False)
    assert actions(system)[-1] == (Action.SIGN_IN_FAILED, "unknown", {"reason": "activation-closed"})


def test_a_ticket_that_was_opened_in_time_lasts_its_ten_minutes(system: System) -> None:
    system.import_line()
    system.clock.advance(days=30, seconds=-1)
    ticket = system.ticket()
    system.clock.advance(minutes=9)
    assert system.activate(ticket)


def test_a_second_run_of_the_file_opens_nothing_again(system: System) -> None:
    system.import_line()
    system.clock.advance(days=31)
    system.import_line()
    refused(ErrorCode.BAD_CREDENTIALS, system.ticket)


def test_a_lapsed_window_costs_the_same_work(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes: list[str] = []
    statements: list[int] = []
    verify = Argon2Hasher.verify

    def counted(self: Argon2Hasher, password_hash: str, password: str, *, ahead: bool) -> bool:
        hashes.append(password_hash.rpartition("$")[0].rpartition("$")[0])
        return verify(self, password_hash, password, ahead=ahead)

    system.import_line()
    system.import_line(numen="34S2600001XYZ", prenom="Basile")
    system.activate(system.ticket("basile.brindacier", "34S2600001XYZ"))
    system.clock.advance(days=31)
    monkeypatch.setattr(Argon2Hasher, "verify", counted)
    for login in ("camille.brindacier", "basile.brindacier", "personne.inconnue", "cbrindac"):
        for password in (NUMEN, "mauvais"):
            before = lines(system)
            refused(ErrorCode.BAD_CREDENTIALS, partial(system.sign_in, login, password))
            statements.append(lines(system) - before)
    assert len(hashes) == 8
    assert len(set(hashes)) == 1
    assert set(statements) == {1}


def test_the_administration_opens_it_again(system: System) -> None:
    system.import_line()
    system.clock.advance(days=31)
    assert system.auth.open_activations(Selection(address=ADDRESS), operator=OPERATOR, days=7) == 1
    assert actions(system)[-1] == (Action.ACTIVATION_OPENED, "administration", {"operator": OPERATOR})
    system.clock.advance(days=7, seconds=-1)
    assert system.activate(system.ticket())
    assert system.rows("SELECT 1 FROM activation") == []
    assert system.auth.open_activations(Selection(address=ADDRESS), operator=OPERATOR) == 0


def test_it_opens_a_whole_establishment_or_category_page_by_page(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(never_activated, "PAGE", 2)
    for number in range(5):
        system.import_line(numen=f"10E981234{number}ABC", uai="0340042X" if number % 2 else "0340099Z")
    system.import_line(numen="10E9812349ABC", categorie="inspection")
    for selection, opened in (
        (Selection(), 6),
        (Selection(uai="0340042X"), 3),
        (Selection(categories=("inspection",)), 1),
        (Selection(uai="0340042X", categories=("enseignant 2nd degré",)), 2),
        (Selection(uai="9999999Z"), 0),
        (Selection(categories=()), 0),
    ):
        assert system.auth.open_activations(selection, operator=OPERATOR) == opened


def test_who_is_not_sensitive_needs_no_code_and_gets_none(system: System) -> None:
    system.import_line()
    assert not needs_code(system)
    assert hand_out(system) == []
    assert system.activate(system.ticket())


def test_a_sensitive_category_needs_the_code_that_was_handed_out(system: System) -> None:
    system.import_line(categorie="direction")
    (code,) = hand_out(system)
    assert needs_code(system)
    ticket = system.ticket()
    error = refused(ErrorCode.BAD_CODE, lambda: system.activate(ticket))
    assert error.details == {"tries_left": MAX_CODE_FAILURES - 1}
    assert system.activate(ticket, code=f" {code.lower().replace('-', ' ')} ")
    assert system.sign_in()
    assert [action for action, *_ in actions(system)] == [
        Action.ACCOUNT_CREATED,
        Action.CODE_PRINTED,
        Action.ACTIVATION_STARTED,
        Action.ACTIVATION_STARTED,
        Action.SIGN_IN_FAILED,
        Action.ACTIVATED,
        Action.SIGNED_IN,
    ]


def test_a_weak_password_does_not_use_the_code_up(system: System) -> None:
    system.import_line(categorie="direction")
    (code,) = hand_out(system)
    ticket = system.ticket()
    refused(ErrorCode.WEAK_PASSWORD, lambda: system.activate(ticket, "court", code))
    assert system.activate(ticket, code=code)


def test_a_new_code_makes_the_earlier_one_void(system: System) -> None:
    system.import_line(categorie="direction")
    (first,), (second,) = hand_out(system), hand_out(system)
    refused(ErrorCode.BAD_CODE, lambda: system.activate(system.ticket(), code=first))
    assert system.activate(system.ticket(), code=second)


def test_a_code_is_of_one_account(system: System) -> None:
    system.import_line(categorie="direction")
    system.import_line(categorie="direction", numen="34S2600001XYZ", prenom="Basile")
    codes = {one.account.agent.address: one.code for one in handed_out(system)}
    basiles = codes["basile.brindacier@ac-montpellier.example"]
    refused(ErrorCode.BAD_CODE, lambda: system.activate(system.ticket(), code=basiles))


def test_after_five_wrong_tries_neither_code_nor_ticket_is_left(system: System) -> None:
    system.import_line(categorie="direction")
    (code,) = hand_out(system)
    ticket = system.ticket()
    left = [
        refused(ErrorCode.BAD_CODE, lambda: system.activate(ticket, code=new_paper_code())).details["tries_left"]
        for _ in range(MAX_CODE_FAILURES)
    ]
    assert left == [4, 3, 2, 1, 0]
    refused(ErrorCode.TICKET_EXPIRED, lambda: system.activate(ticket, code=code))
    again = system.ticket()
    assert refused(ErrorCode.BAD_CODE, lambda: system.activate(again, code=code)).details == {"tries_left": 0}
    refused(ErrorCode.TICKET_EXPIRED, lambda: system.activate(again, code=code))
    (code,) = hand_out(system)
    assert system.activate(system.ticket(), code=code)


def test_wrong_codes_tried_at_once_do_not_slip_through(system: System) -> None:
    system.import_line(categorie="direction")
    hand_out(system)
    ticket = system.ticket()

    def guess(_: int) -> ErrorCode:
        with pytest.raises(ServiceError) as raised:
            system.activate(ticket, code=new_paper_code())
        return raised.value.code

    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(guess, range(20)))
    kept = {"code_hmac": None, "code_failures": codes.count(ErrorCode.BAD_CODE)}
    assert system.rows("SELECT code_hmac, code_failures FROM activation") == [kept]
    assert system.rows("SELECT 1 FROM activation_ticket") == []


def test_only_the_digest_of_a_code_is_kept(system: System) -> None:
    system.import_line(categorie="direction")
    (code,) = hand_out(system)
    tables = ("activation", "trail_line", "outbox")
    kept = str([system.rows(f"SELECT * FROM {table}") for table in tables])  # noqa: S608
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_no_code_is_made_for_who_could_not_use_it(system: System) -> None:
    system.import_line(categorie="direction")
    system.clock.advance(days=31)
    batches = list(system.auth.hand_out_codes(Selection(), operator=OPERATOR))
    assert [(batch.codes, batch.closed) for batch in batches] == [([], 1)]


def test_a_window_opened_again_keeps_the_code(system: System) -> None:
    system.import_line(categorie="direction")
    (code,) = hand_out(system)
    system.clock.advance(days=31)
    system.auth.open_activations(Selection(), operator=OPERATOR)
    assert system.activate(system.ticket(), code=code)


def test_an_agent_activated_from_the_command_line_has_no_window_left(system: System) -> None:
    system.import_line()
    ticket = system.ticket()
    system.auth.make_agent(ADDRESS, OTHER_PASSWORD, category="", uai="", departement="")
    refused(ErrorCode.TICKET_EXPIRED, lambda: system.activate(ticket))
    assert system.rows("SELECT 1 FROM activation") == []


@pytest.fixture
def reopened(system: System) -> Iterator[str]:
    """The code of a new activation that was asked for just now, of Camille's active account."""
    system.active_agent()
    yield system.auth.call_back(ADDRESS, operator=OPERATOR).code


def test_a_call_back_opens_a_new_activation_a_day_later(system: System, reopened: str) -> None:
    session = system.sign_in()
    system.clock.advance(hours=24, seconds=-1)
    refused(ErrorCode.BAD_CREDENTIALS, system.ticket)
    system.clock.advance(seconds=1)
    assert needs_code(system)
    ticket = system.ticket()
    refused(ErrorCode.BAD_CODE, lambda: system.activate(ticket, OTHER_PASSWORD))
    other = system.sign_in()
    signed_in = system.activate(ticket, OTHER_PASSWORD, reopened)
    assert system.auth.sessions.verify(token(signed_in))
    for ended in (session, other):
        refused(ErrorCode.BAD_CREDENTIALS, partial(system.auth.sessions.verify, token(ended)))
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.sign_in(password=PASSWORD))
    refused(ErrorCode.BAD_CREDENTIALS, system.ticket)
    assert system.sign_in(password=OTHER_PASSWORD)


def test_the_holder_sees_it_and_stops_it(system: System, reopened: str) -> None:
    signed_in = system.sign_in()
    now = system.clock.now
    asked = Reopening(asked_at=now.timestamp(), opens_at=(now + timedelta(hours=24)).timestamp())
    assert reopening(system, signed_in) == asked
    system.clock.advance(hours=24)
    ticket = system.ticket()
    signed_in = system.sign_in()
    for _ in range(2):
        system.auth.stop_reopening(AccountRequest(holder=holder(signed_in)))
    assert reopening(system, signed_in) is None
    refused(ErrorCode.TICKET_EXPIRED, lambda: system.activate(ticket, OTHER_PASSWORD, reopened))
    refused(ErrorCode.BAD_CREDENTIALS, system.ticket)
    told = [action for action, *_ in actions(system) if action.startswith("reopening")]
    assert told == [Action.REOPENING_ASKED, Action.REOPENING_STOPPED]


def test_every_open_session_is_told_at_once(system: System, reopened: str) -> None:
    signed_in = system.sign_in()
    system.auth.stop_reopening(AccountRequest(holder=holder(signed_in)))
    events = system.rows("SELECT payload::jsonb AS body FROM outbox WHERE routing_key = 'auth.state.changed'")
    assert {row["body"]["account_id"] for row in events} == {signed_in.agent.account_id}
    states = {row["body"]["changed"]["Account"] for row in events}
    assert len(states) == 2


def test_only_a_live_session_of_the_holder_stops_it(system: System, reopened: str) -> None:
    signed_in = system.sign_in()
    system.auth.sign_out(token(signed_in))
    refused(ErrorCode.NOT_FOUND, lambda: system.auth.stop_reopening(AccountRequest(holder=holder(signed_in))))
    system.import_line(numen="34S2600001XYZ", prenom="Basile")
    basile = system.activate(system.ticket("basile.brindacier", "34S2600001XYZ"))
    system.auth.stop_reopening(AccountRequest(holder=holder(basile)))
    assert reopening(system, system.sign_in()) is not None


def test_a_second_call_back_replaces_the_first_and_its_delay(system: System, reopened: str) -> None:
    system.clock.advance(hours=23)
    second = system.auth.call_back(ADDRESS, operator=OPERATOR).code
    system.clock.advance(hours=23)
    refused(ErrorCode.BAD_CREDENTIALS, system.ticket)
    system.clock.advance(hours=1)
    refused(ErrorCode.BAD_CODE, lambda: system.activate(system.ticket(), OTHER_PASSWORD, reopened))
    assert system.activate(system.ticket(), OTHER_PASSWORD, second)


def test_a_reopening_that_nobody_used_is_swept(system: System, reopened: str) -> None:
    system.clock.advance(days=31, seconds=-1)
    system.auth.sweep()
    assert len(system.rows("SELECT 1 FROM activation")) == 1
    system.clock.advance(seconds=1)
    system.auth.sweep()
    assert system.rows("SELECT 1 FROM activation") == []


def test_a_suspended_agent_cannot_use_it(system: System, reopened: str) -> None:
    system.clock.advance(hours=24)
    ticket = system.ticket()
    with system.database.transaction() as tx:
        tx.execute("UPDATE account SET state = 'suspended'")
    refused(ErrorCode.BAD_CREDENTIALS, system.ticket)
    refused(ErrorCode.TICKET_EXPIRED, lambda: system.activate(ticket, OTHER_PASSWORD, reopened))


def test_call_backs_are_for_active_accounts(system: System) -> None:
    system.import_line()
    for address in (ADDRESS, "personne.inconnue", "", "a@b@c"):
        with pytest.raises(RefusedCallBackError):
            system.auth.call_back(address, operator=OPERATOR)
    assert [action for action, *_ in actions(system)] == [Action.ACCOUNT_CREATED]


def handed_out(system: System) -> list[HandedOut]:
    return [one for batch in system.auth.hand_out_codes(Selection(), operator=OPERATOR) for one in batch.codes]


def hand_out(system: System) -> list[str]:
    return [one.code for one in handed_out(system)]


def needs_code(system: System) -> bool:
    reply = system.auth.sign_in(system.credentials("camille.brindacier", NUMEN))
    assert reply.must_choose_password is not None
    return reply.must_choose_password.needs_code


def reopening(system: System, signed_in: SignedIn) -> Reopening | None:
    return system.auth.view_account(AccountRequest(holder=holder(signed_in))).reopening


def actions(system: System) -> list[tuple[str, str, dict[str, str | int]]]:
    rows = system.rows("SELECT action, made_by, details FROM trail_line ORDER BY month, number")
    return [(row["action"], row["made_by"], row["details"]) for row in rows]


def lines(system: System) -> int:
    return len(system.rows("SELECT 1 FROM trail_line"))
