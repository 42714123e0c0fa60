"""From the first sign-in to the last: what opens, what is refused, and what a refusal tells."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product

import pytest
from pydantic import SecretStr

from contracts.auth import SessionToken
from contracts.errors import ErrorCode, ServiceError
from services.auth.adapters.hasher import Argon2Hasher
from services.auth.application import sessions as session_rules
from services.auth.domain.digests import token_hash
from services.auth.tests.system import NUMEN, PASSWORD, System, refused, token


def test_the_numen_opens_a_ticket_that_sets_the_password_and_a_session(system: System) -> None:
    system.import_line()
    signed_in = system.activate(system.ticket("Camille.Brindacier@AC-Montpellier.example", " 10e98 12345 abc"))
    assert signed_in.agent.address == "camille.brindacier@ac-montpellier.example"
    session = system.auth.sessions.verify(token(signed_in))
    assert (session.agent, session.csrf) == (signed_in.agent, signed_in.csrf)
    assert session.session_id == token_hash(signed_in.token.get_secret_value()).hex()
    assert system.sign_in().agent == signed_in.agent


def test_after_activation_the_numen_opens_nothing(system: System) -> None:
    system.active_agent()
    refused(ErrorCode.BAD_CREDENTIALS, system.ticket)


def test_every_refusal_is_the_same(system: System) -> None:
    system.import_line()
    logins = ("camille.brindacier", "personne.inconnue", "", "a@b@c", "x" * 5_000, "camille\x00")
    passwords = ("mauvais mot de passe", "", "34S2600001XYZ", "x" * 5_000, "\x00")
    for login, password in product(logins, passwords):
        error = refused(ErrorCode.BAD_CREDENTIALS, partial(system.sign_in, login, password))
        assert (error.detail, error.details, error.retryable) == ("", {}, False)


@pytest.mark.parametrize("state", ["suspended", "departed"])
def test_who_left_is_refused_like_a_stranger_and_their_sessions_end(system: System, state: str) -> None:
    signed_in = system.active_agent()
    with system.database.transaction() as tx:
        tx.execute("UPDATE account SET state = %s", (state,))
    error = refused(ErrorCode.BAD_CREDENTIALS, system.sign_in)
    assert (error.detail, error.details) == ("", {})
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.auth.sessions.verify(token(signed_in)))
    refused(
        ErrorCode.BAD_CREDENTIALS,
        lambda: system.auth.verify_password(system.credentials("camille.brindacier", PASSWORD)),
    )


def test_an_unknown_login_costs_one_verification_too(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    costs: list[str] = []
    verify = Argon2Hasher.verify

    def counted(self: Argon2Hasher, password_hash: str, password: str, *, ahead: bool) -> bool:
        costs.append(password_hash.rpartition("$")[0].rpartition("$")[0])
        return verify(self, password_hash, password, ahead=ahead)

    system.active_agent()
    system.import_line(numen="34S2600001XYZ", prenom="Basile")
    monkeypatch.setattr(Argon2Hasher, "verify", counted)
    for login in ("camille.brindacier", "personne", "basile.brindacier", "@"):
        refused(ErrorCode.BAD_CREDENTIALS, partial(system.sign_in, login, "mauvais"))
        refused(ErrorCode.BAD_CREDENTIALS, partial(system.sign_in, login, "y" * 2_000))
    assert len(costs) == 8
    assert len(set(costs)) == 1


def test_a_ticket_works_once(system: System) -> None:
    system.import_line()
    ticket = system.ticket()
    system.activate(ticket)
    refused(ErrorCode.TICKET_EXPIRED, lambda: system.activate(ticket))


def test_a_ticket_lasts_ten_minutes_and_only_the_newest_counts(system: System) -> None:
    system.import_line()
    first, second = system.ticket(), system.ticket()
    refused(ErrorCode.TICKET_EXPIRED, lambda: system.activate(first))
    system.clock.advance(minutes=10)
    refused(ErrorCode.TICKET_EXPIRED, lambda: system.activate(second))
    third = system.ticket()
    system.clock.advance(minutes=9, seconds=59)
    assert system.activate(third)


def test_two_at_once_with_one_ticket_make_one_password(system: System) -> None:
    system.import_line()
    ticket = system.ticket()

    def choose(password: str) -> str:
        try:
            system.activate(ticket, password)
        except ServiceError as error:
            assert error.code == ErrorCode.TICKET_EXPIRED
            return ""
        return password

    with ThreadPoolExecutor(4) as pool:
        chosen = [password for password in pool.map(choose, [f"tambour numéro {n}" for n in range(4)]) if password]
    assert len(chosen) == 1
    assert system.sign_in(password=chosen[0])


def test_a_weak_password_is_refused_with_advice_and_the_ticket_lives_on(system: System) -> None:
    system.import_line()
    ticket = system.ticket()
    for password, advice in (
        ("court", ["too-short"]),
        ("motdepasse2026", ["too-common"]),
        (f"tambour {NUMEN}", ["too-personal"]),
        ("tambour du 5 (05.03.1984)", ["too-personal"]),
        ("Brindacier tambour", ["too-personal"]),
    ):
        error = refused(ErrorCode.WEAK_PASSWORD, partial(system.activate, ticket, password))
        assert error.details == {"advice": advice}
    assert system.activate(ticket, "tambour du 06.03.1984")


def test_nobody_can_present_a_hash_for_a_ticket_or_token(system: System) -> None:
    signed_in = system.active_agent()
    stolen = system.rows("SELECT session_hash FROM session")[0]["session_hash"].hex()
    assert signed_in.token.get_secret_value() != stolen
    for wrong in (stolen, "", "x" * 10_000, signed_in.token.get_secret_value() + "x", secrets.token_urlsafe(32)):
        refused(
            ErrorCode.BAD_CREDENTIALS,
            partial(system.auth.sessions.verify, SessionToken(token=SecretStr(wrong))),
        )


def test_sign_out_ends_the_session_for_everybody_and_twice_is_once(system: System) -> None:
    signed_in = system.active_agent()
    other = system.sign_in()
    system.auth.sign_out(token(signed_in))
    system.auth.sign_out(token(signed_in))
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.auth.sessions.verify(token(signed_in)))
    assert system.auth.sessions.verify(token(other))
    ended = system.rows("SELECT payload::jsonb AS body FROM outbox WHERE routing_key = 'auth.session.ended'")
    assert [row["body"] for row in ended] == [{"session_ids": [token_hash(signed_in.token.get_secret_value()).hex()]}]


def test_a_session_ends_when_idle(system: System) -> None:
    signed_in = system.active_agent()
    for _ in range(3):
        system.clock.advance(minutes=59)
        assert system.auth.sessions.verify(token(signed_in))
    system.clock.advance(minutes=60)
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.auth.sessions.verify(token(signed_in)))


def test_a_session_ends_at_its_absolute_limit_however_busy(system: System) -> None:
    signed_in = system.active_agent()
    assert signed_in.expires_at == system.clock.now.timestamp() + 12 * 3600
    for _ in range(23):
        system.clock.advance(minutes=30)
        assert system.auth.sessions.verify(token(signed_in))
    system.clock.advance(minutes=30)
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.auth.sessions.verify(token(signed_in)))


def test_the_oldest_sessions_give_way(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_rules, "MAX_SESSIONS_OF_ACCOUNT", 3)
    opened = [system.active_agent()]
    for _ in range(3):
        system.clock.advance(seconds=1)
        opened.append(system.sign_in())
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.auth.sessions.verify(token(opened[0])))
    assert all(system.auth.sessions.verify(token(signed_in)) for signed_in in opened[1:])


def test_basic_takes_the_password_and_never_the_numen(system: System) -> None:
    system.import_line()
    refused(
        ErrorCode.BAD_CREDENTIALS, lambda: system.auth.verify_password(system.credentials("camille.brindacier", NUMEN))
    )
    system.activate(system.ticket())
    agent = system.auth.verify_password(system.credentials("camille.brindacier", PASSWORD))
    assert agent.given_name == "Camille"
    assert len(system.rows("SELECT 1 FROM session")) == 1


def test_activation_is_told_to_the_others(system: System) -> None:
    signed_in = system.active_agent()
    events = system.rows("SELECT routing_key, payload::jsonb AS body FROM outbox ORDER BY position")
    account_id = signed_in.agent.account_id
    assert [row["routing_key"] for row in events] == [
        "auth.account.created",
        "auth.credential.changed",
        "auth.account.changed",
    ]
    assert events[1]["body"] == {"account_id": account_id}
    assert (events[2]["body"]["state"], events[2]["body"]["sequence"]) == ("active", 2)


def test_a_position_says_how_many_account_events_exist_and_waits_alone(system: System) -> None:
    system.import_line()
    system.auth.announce_position()
    system.import_line(numen="34S2600001XYZ")
    system.auth.announce_position()
    waiting = system.rows("SELECT payload::jsonb AS body FROM outbox WHERE routing_key = 'auth.directory.position'")
    assert [row["body"] for row in waiting] == [{"sequence": 1, "at": system.clock.now.timestamp()}]
    with system.database.transaction() as tx:
        tx.execute("DELETE FROM outbox WHERE routing_key = 'auth.directory.position'")
    system.auth.announce_position()
    waiting = system.rows("SELECT payload::jsonb AS body FROM outbox WHERE routing_key = 'auth.directory.position'")
    assert waiting[0]["body"]["sequence"] == 2


def test_what_lapsed_is_swept_and_what_lives_stays(system: System) -> None:
    signed_in = system.active_agent()
    system.import_line(numen="34S2600001XYZ", prenom="Basile")
    system.ticket("basile.brindacier", "34S2600001XYZ")
    refused(ErrorCode.BAD_CREDENTIALS, lambda: system.sign_in(password="essai"))
    system.clock.advance(minutes=5)
    assert system.auth.sweep() == 0
    system.clock.advance(minutes=11)
    assert system.auth.sweep() > 0
    assert system.rows("SELECT 1 FROM activation_ticket UNION ALL SELECT 1 FROM sign_in_failures") == []
    assert system.auth.sessions.verify(token(signed_in))
    system.clock.advance(hours=13)
    assert system.auth.sweep() == 1
