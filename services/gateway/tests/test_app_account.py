"""The holder's account over HTTP: what auth is asked for, and what its refusals become."""

from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from contracts.account import AccountRequest, ActivityRequest, Holder, PasswordChange, RecoveryEmail, SessionEnding
from contracts.auth import Client
from contracts.base import Contract
from contracts.errors import ErrorCode, ServiceError
from services.gateway.tests.people import ACCOUNT, PASSWORD, SESSION, TOKEN
from services.gateway.tests.world import BASIC, COOKIE, SIGNED_IN, World, code

NEW_PASSWORD = "guirlande orange 17"
UNSAFE = [
    ("POST", "/account/password", {"current": PASSWORD, "password": NEW_PASSWORD}),
    ("PUT", "/account/recovery-email", {"current": PASSWORD, "address": "zoe@exemple.example"}),
    ("POST", "/account/recovery-codes", {"current": PASSWORD}),
    ("DELETE", "/account/sessions/5e56", None),
    ("DELETE", "/account/sessions", None),
    ("DELETE", "/account/reopening", None),
]
SAFE = ["/account", "/account/sessions", "/account/activity"]


def ask(world: World, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
    content = {} if body is None else {"json": body}
    return world.request(method, f"/api/v1{path}", headers=SIGNED_IN | headers, **content)


def asked(world: World) -> Any:
    """The last request to auth."""
    return world.bus.calls[-1][1]


def holder(**client: object) -> Holder:
    seen: dict[str, Any] = {"source": "127.0.0.1", "user_agent": f"python-httpx/{httpx.__version__}"}
    return Holder(account_id=ACCOUNT, session_id=SESSION.session_id, client=Client(**seen | client))


def refuse(world: World, method: str, error: ServiceError) -> None:
    async def before(name: str, _: Contract) -> None:
        if name == f"auth.{method}":
            raise error

    world.bus.before = before


def test_the_account_with_its_means_and_the_activation_that_was_asked_for(world: World) -> None:
    answer = ask(world, "GET", "/account")
    assert answer.json() == {
        "address": "zoe.fictif@ac-montpellier.example",
        "short_login": "zfictif",
        "given_name": "Zoé",
        "family_name": "Fictif",
        "category": "direction",
        "password_changed_at": 1_764_144_000.0,
        "means": {"email": "z•••@exemple.example", "email_confirmed": True, "email_waiting": "", "codes_left": 8},
        "reopening": {"asked_at": 1_764_144_000.0, "opens_at": 1_764_230_400.0},
    }
    assert answer.headers["cache-control"] == "no-store"
    assert asked(world) == AccountRequest(holder=holder())


def test_each_change_is_asked_of_auth_for_the_holder(world: World) -> None:
    answers = [ask(world, *change) for change in UNSAFE]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 204, 204, 204]
    means = {"email": "z•••@exemple.example", "email_confirmed": False, "email_waiting": "", "codes_left": 0}
    assert answers[1].json() == means
    assert answers[2].json() == {"codes": ["abcd-efgh", "jkmn-pqrs"]}
    requests = [request for name, request in world.bus.calls if name != "auth.verify_session"]
    current, me = SecretStr(PASSWORD), holder()
    assert requests[0] == PasswordChange(holder=me, current=current, password=SecretStr(NEW_PASSWORD))
    assert requests[1] == RecoveryEmail(holder=me, current=current, address="zoe@exemple.example")
    assert requests[3:] == [SessionEnding(holder=me, session_id="5e56"), *[AccountRequest(holder=me)] * 2]


def test_sessions_and_activity_are_listed(world: World) -> None:
    (session,) = ask(world, "GET", "/account/sessions").json()["sessions"]
    assert (session["session_id"], session["current"], session["place"]) == ("5e55", True, "Rectorat")
    activity = ask(world, "GET", "/account/activity").json()
    assert activity["next"] == "7"
    assert activity["lines"][0]["details"] == {"n": 1}
    assert asked(world) == ActivityRequest(holder=holder())
    ask(world, "GET", "/account/activity?before=7&limit=100")
    assert asked(world) == ActivityRequest(holder=holder(), before="7", limit=100)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=-1", "limit=x", "limit=²", "limit=", "limit=9999999"])
def test_a_page_has_bounds(world: World, query: str) -> None:
    answer = ask(world, "GET", f"/account/activity?{query}")
    assert code(answer) == (400, "invalid-request")
    assert answer.json()["fields"] == ["limit"]


def test_only_a_cookie_session_will_do(world: World) -> None:
    for method, path, body in [("GET", path, None) for path in SAFE] + UNSAFE:
        answer = world.request(method, f"/api/v1{path}", headers=BASIC, json=body)
        assert code(answer) == (401, "not-signed-in"), path
    assert world.bus.calls == []


def test_and_nothing_is_changed_without_its_token_or_from_elsewhere(world: World) -> None:
    for method, path, body in UNSAFE:
        bare = world.request(method, f"/api/v1{path}", headers=COOKIE, json=body)
        assert code(bare) == (403, "csrf"), path
        elsewhere = ask(world, method, path, body, Origin="https://evil.example")
        assert code(elsewhere) == (403, "forbidden-origin"), path
    assert {name for name, _ in world.bus.calls} == {"auth.verify_session"}


def test_a_new_password_brings_a_new_session_and_what_was_verified_is_forgotten(world: World) -> None:
    async def act(client: httpx.AsyncClient) -> list[int]:
        counts = []
        for request in (None, UNSAFE[0], None):
            if request is not None:
                method, path, body = request
                answer = await client.request(method, f"/api/v1{path}", headers=SIGNED_IN, json=body)
                assert answer.json()["state"] == "signed-in"
                assert answer.headers["set-cookie"].startswith(f"wm_session={TOKEN}; ")
            await client.get("/api/v1/session", headers=COOKIE)
            await client.get("/.well-known/jmap", headers=BASIC)
            counts.append(sum(name.startswith("auth.verify") for name, _ in world.bus.calls))
        return counts

    assert world.run(act) == [2, 4, 4]


@pytest.mark.parametrize(("path", "again"), [("/5e56", 1), ("", 2)])
def test_ended_sessions_are_forgotten_at_once(world: World, path: str, again: int) -> None:
    async def act(client: httpx.AsyncClient) -> int:
        await client.get("/api/v1/session", headers=COOKIE)
        await client.delete(f"/api/v1/account/sessions{path}", headers=SIGNED_IN)
        await client.get("/api/v1/session", headers=COOKIE)
        return sum(name == "auth.verify_session" for name, _ in world.bus.calls)

    assert world.run(act) == again


def test_ending_the_session_in_use_is_signing_out(world: World) -> None:
    answer = ask(world, "DELETE", "/account/sessions/5e55")
    assert (answer.status_code, "Max-Age=0" in answer.headers["set-cookie"]) == (204, True)


@pytest.mark.parametrize("session_id", ["x", "5E55", "5e55%00", "5e55%0A", "a" * 200])
def test_what_is_no_session_costs_auth_nothing(world: World, session_id: str) -> None:
    assert ask(world, "DELETE", f"/account/sessions/{session_id}").status_code == 404
    assert all(name != "auth.end_session" for name, _ in world.bus.calls)


@pytest.mark.parametrize(
    ("error", "expected", "members"),
    [
        (ServiceError(ErrorCode.BAD_CREDENTIALS), (403, "bad-credentials"), {}),
        (ServiceError(ErrorCode.SLOW_DOWN, details={"retry_after": 60}), (429, "slow-down"), {}),
        (ServiceError(ErrorCode.NOT_FOUND), (401, "not-signed-in"), {}),
        (
            ServiceError(ErrorCode.WEAK_PASSWORD, details={"advice": ["too-common"], "other": 1}),
            (422, "weak-password"),
            {"advice": ["too-common"]},
        ),
        (
            ServiceError(ErrorCode.INVALID_REQUEST, details={"fields": ["password"]}),
            (400, "invalid-request"),
            {"fields": ["password"]},
        ),
        (ServiceError(ErrorCode.DEADLINE_EXCEEDED), (503, "service-unavailable"), {}),
    ],
)
def test_what_auth_refuses_is_told_apart(
    world: World, error: ServiceError, expected: tuple[int, str], members: dict[str, object]
) -> None:
    refuse(world, "change_password", error)
    answer = ask(world, *UNSAFE[0])
    assert code(answer) == expected
    told = answer.json()
    assert {name: told[name] for name in told.keys() - {"type", "title", "status", "detail", "code"}} == members
    assert "set-cookie" not in answer.headers


def test_a_wrong_current_password_is_not_a_lost_session(world: World) -> None:
    refuse(world, "change_password", ServiceError(ErrorCode.BAD_CREDENTIALS))
    assert "mot de passe actuel" in ask(world, *UNSAFE[0]).json()["detail"]


def test_a_session_that_ended_meanwhile_is_verified_again(world: World) -> None:
    refuse(world, "view_account", ServiceError(ErrorCode.NOT_FOUND))

    async def act(client: httpx.AsyncClient) -> int:
        for _ in range(2):
            assert (await client.get("/api/v1/account", headers=COOKIE)).status_code == 401
        return sum(name == "auth.verify_session" for name, _ in world.bus.calls)

    assert world.run(act) == 2


def test_what_the_form_lacks_is_named_and_never_repeated(world: World) -> None:
    answer = ask(world, "POST", "/account/password", {"current": "secret-typed-here", "password": ""})
    assert code(answer) == (400, "invalid-request")
    assert answer.json()["fields"] == ["password"]
    assert "secret-typed-here" not in answer.text
