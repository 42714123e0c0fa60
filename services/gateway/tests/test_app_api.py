"""The web app’s own API."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from chassis.deadline import remaining
from contracts.base import Contract
from contracts.jmap import JsonObject
from services.gateway.api.operation import SECONDS
from services.gateway.problems import CATALOGUE
from services.gateway.tests.people import ACCOUNT, ADDRESS, CSRF, PASSWORD, TOKEN
from services.gateway.tests.world import BASIC, COOKIE, SIGNED_IN, World, code


def test_signing_in_sets_the_cookie_and_out_takes_it_back(world: World) -> None:
    answer = world.request("POST", "/api/v1/session", json={"login": ADDRESS, "password": PASSWORD})
    assert answer.json() == {
        "state": "signed-in",
        "session": {
            "account_id": ACCOUNT,
            "address": ADDRESS,
            "given_name": "Zoé",
            "family_name": "Fictif",
            "category": "direction",
            "csrf": CSRF,
            "shared": False,
        },
    }
    assert answer.headers["set-cookie"].startswith(f"wm_session={TOKEN}; Path=/; HttpOnly; SameSite=Strict; Max-Age=")
    assert TOKEN not in answer.text
    assert world.request("GET", "/api/v1/session", headers=COOKIE).json() == answer.json()["session"]
    out = world.request("DELETE", "/api/v1/session", headers=SIGNED_IN)
    assert out.status_code == 204
    assert "Max-Age=0" in out.headers["set-cookie"]


def test_under_tls_the_cookie_is_bound_to_the_host(world: World) -> None:
    world.public_url = "https://messagerie.example"
    answer = world.request("POST", "/api/v1/session", json={"login": ADDRESS, "password": PASSWORD})
    assert answer.headers["set-cookie"].startswith("__Host-wm_session=")
    assert all("; Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    assert code(world.request("GET", "/api/v1/session", headers=COOKIE)) == (401, "not-signed-in")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"json": {"login": ADDRESS, "password": "non"}}, (401, "bad-credentials")),
        ({"json": {"login": "", "password": "non"}}, (400, "invalid-request")),
        ({"json": {"login": "a" * 400, "password": "non"}}, (400, "invalid-request")),
        ({"json": []}, (400, "invalid-request")),
        ({"content": "{", "headers": {"Content-Type": "application/json"}}, (400, "invalid-request")),
        ({"data": {"login": ADDRESS, "password": PASSWORD}}, (415, "not-json")),
        ({"json": {"login": ADDRESS, "password": "x" * 20_000}}, (413, "too-large")),
        (
            {"json": {"login": ADDRESS, "password": PASSWORD}, "headers": {"Sec-Fetch-Site": "cross-site"}},
            (403, "forbidden-origin"),
        ),
    ],
)
def test_bad_sign_ins(world: World, options: dict[str, Any], expected: tuple[int, str]) -> None:
    answer = world.request("POST", "/api/v1/session", **options)
    assert code(answer) == expected
    assert answer.headers["content-language"] == "fr"


def test_public_settings_and_the_state_of_the_services(world: World) -> None:
    settings = world.request("GET", "/api/v1/settings").json()
    assert settings["institution"] == {"name": "Académie", "short": "Messagerie", "domain": "ac-montpellier.example"}
    assert settings["help"][0]["status"] == "s"

    async def act(client: httpx.AsyncClient) -> list[JsonObject]:
        return [answer.json() for answer in await asyncio.gather(*(client.get("/api/v1/services") for _ in range(5)))]

    states = world.run(act)
    assert states == [{"auth": "up", "mail": "up", "calendar": "down", "contacts": "down"}] * 5
    assert sum(name == "auth.ping" for name, _ in world.bus.calls) == 1


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v2/session", "/jmap/other", "/.well-known/other"])
def test_unknown_addresses_are_problems(world: World, path: str) -> None:
    assert code(world.request("GET", path)) == (404, "not-found")


def test_a_wrong_method_says_which_are_right(world: World) -> None:
    answer = world.request("PUT", "/api/v1/session")
    assert code(answer) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "DELETE, GET, HEAD, POST"


def test_a_defect_is_a_problem_without_its_text(world: World) -> None:
    async def fail(name: str, request: Contract) -> None:
        raise RuntimeError("with a secret in it")

    world.bus.before = fail
    answer = world.request("GET", "/.well-known/jmap", headers=BASIC)
    assert code(answer) == (500, "internal")
    assert "secret" not in answer.text


def test_the_calls_of_an_operation_share_one_deadline(world: World) -> None:
    left: list[float] = []

    async def look(name: str, request: Contract) -> None:
        left.append(remaining())
        await asyncio.sleep(0.02)

    world.bus.before = look
    world.request("GET", "/api/v1/account", headers=COOKIE)
    assert len(left) == 2
    assert SECONDS >= left[0] > left[1] + 0.01


def test_the_catalogue_speaks_french_and_every_code_has_a_status() -> None:
    for entry in CATALOGUE.values():
        assert 400 <= entry.status < 600
        assert entry.title
        assert entry.detail.endswith(".")
        assert not re.search(r"'| [;:!?»]|« ", entry.title + entry.detail), entry.detail
