"""The holder's own change of password."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from pydantic import SecretStr

from contracts.account import PasswordChange
from contracts.auth import SignedIn
from contracts.errors import ErrorCode, ServiceError
from services.auth.tests.system import NUMEN, PASSWORD, System, holder, refused, token

ANOTHER = "remparts orage cerise"


def change(system: System, signed_in: SignedIn, current: str = PASSWORD, password: str = ANOTHER) -> SignedIn:
    request = PasswordChange(holder=holder(signed_in), current=SecretStr(current), password=SecretStr(password))
    return system.auth.change_password(request)


def test_this_session_goes_on_under_another_token_and_all_others_end(system: System) -> None:
    system.active_agent()
    mine, other = system.sign_in(), system.sign_in()
    changed = change(system, mine)
    assert changed.token != mine.token
    assert changed.csrf != mine.csrf
    for ended in (mine, other):
        refused(ErrorCode.BAD_CREDENTIALS, partial(system.auth.sessions.verify, token(ended)))
    session = system.auth.sessions.verify(token(changed))
    assert (session.csrf, session.agent) == (changed.csrf, mine.agent)
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.sign_in(password=PASSWORD))
    assert system.sign_in(password=ANOTHER)


def test_the_others_are_told_and_the_trail_notes_it(system: System) -> None:
    mine = system.active_agent()
    system.clock.advance(minutes=1)
    change(system, mine)
    events = system.rows("SELECT routing_key FROM outbox ORDER BY position DESC LIMIT 2")
    assert {row["routing_key"] for row in events} == {"auth.session.ended", "auth.credential.changed"}
    line = system.rows("SELECT action, made_by, source FROM trail_line ORDER BY month DESC, number DESC LIMIT 1")[0]
    assert (line["action"], line["made_by"], line["source"]) == ("password-changed", "agent", "192.0.2.1")
    assert system.rows("SELECT password_changed_at FROM account")[0]["password_changed_at"] == system.clock.now


def test_a_session_on_a_shared_computer_stays_one(system: System) -> None:
    system.active_agent()
    changed = change(system, system.sign_in(shared=True))
    assert changed.shared
    assert system.auth.sessions.verify(token(changed)).shared


def test_a_wrong_current_password_changes_nothing(system: System) -> None:
    mine = system.active_agent()
    refused(ErrorCode.BAD_CREDENTIALS, lambda: change(system, mine, current="remparts"))
    assert system.auth.sessions.verify(token(mine))
    assert system.sign_in()


def test_a_weak_password_is_refused_with_advice(system: System) -> None:
    mine = system.active_agent()
    error = refused(ErrorCode.WEAK_PASSWORD, lambda: change(system, mine, password=f"remparts {NUMEN}"))
    assert error.details == {"advice": ["too-personal"]}
    assert system.sign_in()


def test_from_an_ended_session_nothing_changes(system: System) -> None:
    mine = system.active_agent()
    system.auth.sign_out(token(mine))
    refused(ErrorCode.NOT_FOUND, lambda: change(system, mine))


def test_two_changes_at_once_make_one_password(system: System) -> None:
    mine = system.active_agent()

    def choose(password: str) -> str:
        try:
            change(system, mine, password=password)
        except ServiceError as error:
            assert error.code == ErrorCode.NOT_FOUND
            return ""
        return password

    with ThreadPoolExecutor(3) as pool:
        chosen = [word for word in pool.map(choose, [f"remparts numéro {n}" for n in range(3)]) if word]
    assert len(chosen) == 1
    assert system.sign_in(password=chosen[0])
