"""Who may ask, from where, and how often auth is troubled."""

import base64

import httpx
import pytest

from contracts.auth import CredentialChanged, Session, SessionEnded
from contracts.base import Contract
from contracts.errors import ErrorCode, ServiceError
from services.gateway.tests.people import ACCOUNT, CSRF
from services.gateway.tests.world import BASE, BASIC, COOKIE, ECHO, JMAP, SIGNED_IN, World, code


def test_without_credentials_programs_are_challenged_and_pages_are_not(world: World) -> None:
    plain = world.request("GET", "/.well-known/jmap")
    assert code(plain) == (401, "not-signed-in")
    assert plain.headers["www-authenticate"].startswith("Basic ")
    for page in ({"Sec-Fetch-Mode": "cors"}, {"X-Requested-With": "fetch"}, {"Cookie": "wm_session=old-and-gone-0000"}):
        assert "www-authenticate" not in world.request("GET", "/.well-known/jmap", headers=page).headers
    assert "www-authenticate" not in world.request("GET", "/api/v1/session", headers={"Sec-Fetch-Mode": "cors"}).headers


@pytest.mark.parametrize(
    "authorization",
    ["Basic", "Basic !!!", "Bearer x", "Basic " + base64.b64encode(b"no colon").decode(), "Basic " + "QQ" * 9_000,
     "Basic " + base64.b64encode(b"\xff:\xff").decode(), "Basic " + base64.b64encode(b"a:wrong").decode()],
)  # fmt: skip
def test_other_credentials_are_refused(world: World, authorization: str) -> None:
    answer = world.request("GET", "/.well-known/jmap", headers={"Authorization": authorization})
    assert code(answer) == (401, "not-signed-in")


def test_a_password_is_verified_once_until_the_credential_changes(world: World) -> None:
    async def act(client: httpx.AsyncClient) -> list[int]:
        counts = []
        for event in (None, CredentialChanged(account_id="another"), CredentialChanged(account_id=ACCOUNT)):
            if event is not None:
                assert world.parts is not None
                await world.parts.listener.heard(event)
            for _ in range(3):
                assert (await client.get("/.well-known/jmap", headers=BASIC)).status_code == 200
            counts.append(sum(name == "auth.verify_password" for name, _ in world.bus.calls))
        return counts

    assert world.run(act) == [1, 1, 2]


def test_too_many_tries_and_a_dead_auth_are_told_apart(world: World) -> None:
    async def refuse(name: str, request: Contract) -> None:
        raise ServiceError(ErrorCode.SLOW_DOWN, details={"retry_after": 12})

    world.bus.before = refuse
    answer = world.request("GET", "/.well-known/jmap", headers=BASIC)
    assert code(answer) == (429, "slow-down")
    assert answer.headers["retry-after"] == "12"
    world.bus.before = None
    world.bus.services = {}
    assert code(world.request("GET", "/.well-known/jmap", headers=BASIC)) == (503, "service-unavailable")


def test_an_ended_session_is_refused_at_once(world: World) -> None:
    async def act(client: httpx.AsyncClient) -> list[int]:
        statuses = [(await client.get("/api/v1/session", headers=COOKIE)).status_code]
        world.bus._verify_session = gone  # type: ignore[method-assign]
        statuses.append((await client.get("/api/v1/session", headers=COOKIE)).status_code)
        assert world.parts is not None
        await world.parts.listener.heard(SessionEnded(session_ids=["5e55"]))
        statuses.append((await client.get("/api/v1/session", headers=COOKIE)).status_code)
        return statuses

    def gone(service: str, request: Contract) -> Session:
        raise ServiceError(ErrorCode.BAD_CREDENTIALS)

    assert world.run(act) == [200, 200, 401]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (403, "csrf")),
        ({"X-CSRF-Token": "another"}, (403, "csrf")),
        ({"X-CSRF-Token": "é"}, (403, "csrf")),
        ({"X-CSRF-Token": CSRF, "Origin": "https://evil.example"}, (403, "forbidden-origin")),
        ({"X-CSRF-Token": CSRF, "Origin": "null"}, (403, "forbidden-origin")),
        ({"X-CSRF-Token": CSRF, "Sec-Fetch-Site": "cross-site"}, (403, "forbidden-origin")),
        ({"X-CSRF-Token": CSRF, "Sec-Fetch-Site": "same-site"}, (403, "forbidden-origin")),
    ],
)
def test_a_cookie_alone_can_do_nothing_unsafe(world: World, headers: dict[str, str], expected: tuple[int, str]) -> None:
    raw = [(name, value.encode()) for name, value in {**COOKIE, "Content-Type": "application/json", **headers}.items()]
    assert code(world.request("POST", "/jmap/api", headers=raw, content=ECHO)) == expected
    assert code(world.request("DELETE", "/api/v1/session", headers=raw)) == expected


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": BASE}, {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}, {"Origin": "https://localhost:8080"}],
)
def test_our_own_page_with_its_token_may(world: World, headers: dict[str, str]) -> None:
    assert world.request("POST", "/jmap/api", headers=SIGNED_IN | headers, content=ECHO).status_code == 200


def test_remembered_basic_credentials_can_not_be_used_by_another_sites_form(world: World) -> None:
    form = {**BASIC, "Origin": "https://evil.example", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "cross-site"}
    assert code(world.request("POST", f"/jmap/upload/{ACCOUNT}", headers=form, content=b"x")) == (
        403,
        "forbidden-origin",
    )


def test_other_origins_may_use_jmap_without_cookies(world: World) -> None:
    page = {"Origin": "https://client.example", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "cross-site"}
    preflight = world.request("OPTIONS", "/jmap/api", headers=page | {"Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "authorization" in preflight.headers["access-control-allow-headers"].lower()
    answer = world.request("POST", "/jmap/api", headers=JMAP | page, content=ECHO)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    refused = world.request("GET", "/.well-known/jmap", headers=page)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "*")
    assert "access-control-allow-origin" not in world.request("GET", "/api/v1/settings", headers=page).headers
