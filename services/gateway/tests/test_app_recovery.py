"""Activation with its code, the displayed code, and the lost password over HTTP."""

import asyncio
import logging
from typing import Any

import httpx
import pytest

from contracts.auth import Credentials
from contracts.auth import SolvedChallenge as Solved
from contracts.base import Contract
from contracts.errors import ErrorCode, ServiceError
from services.gateway.limits import Limits
from services.gateway.tests.people import ADDRESS, CHALLENGE, NUMEN, PASSWORD, TICKET, TOKEN
from services.gateway.tests.world import World, code

SOLVED = {"token": CHALLENGE, "typed": "k7fq2", "nonce": "81234"}
FORMS: list[tuple[str, dict[str, Any]]] = [
    ("/session", {"login": ADDRESS, "password": PASSWORD, "solved": SOLVED}),
    ("/activation", {"ticket": TICKET, "password": PASSWORD, "code": "ABCD-1234", "recovery_email": "z@e.example"}),
    ("/recovery", {"numen": NUMEN, "birth_date": "1984-03-05", "solved": SOLVED}),
    ("/recovery/code", {"recovery": "demande", "code": "abcd-efgh"}),
    ("/recovery/password", {"ticket": TICKET, "password": PASSWORD, "shared": True}),
    ("/recovery/email", {"token": "jeton"}),
]


def post(world: World, path: str, body: object, **headers: str) -> httpx.Response:
    return world.request("POST", f"/api/v1{path}", json=body, headers=headers)


def refuse(world: World, error: ServiceError) -> None:
    async def before(_: str, __: Contract) -> None:
        raise error

    world.bus.before = before


def test_a_first_sign_in_says_whether_a_code_will_be_asked_for(world: World) -> None:
    answer = post(world, "/session", {"login": ADDRESS, "password": NUMEN})
    assert answer.json() == {"state": "must-choose-password", "ticket": TICKET, "needs_code": True}
    assert "set-cookie" not in answer.headers


def test_every_form_gets_its_answer(world: World) -> None:
    answers = [post(world, path, body) for path, body in FORMS]
    assert [answer.status_code for answer in answers] == [200, 200, 202, 200, 200, 204]
    assert answers[2].json() == {"recovery": "demande", "expires_at": 4_000_000_000.0}
    assert answers[3].json() == {"ticket": TICKET}
    assert answers[4].json()["session"]["shared"] is True
    assert answers[4].headers.get_list("set-cookie") == [f"wm_session={TOKEN}; Path=/; HttpOnly; SameSite=Strict"]
    assert all(answer.headers["cache-control"] == "no-store" for answer in answers)
    sign_in = world.bus.calls[0][1]
    assert isinstance(sign_in, Credentials)
    assert sign_in.solved == Solved(**SOLVED)
    activation: Any = world.bus.calls[1][1]
    assert (activation.code.get_secret_value(), activation.recovery_email) == ("ABCD-1234", "z@e.example")


@pytest.mark.parametrize(("path", "body"), FORMS, ids=[path for path, _ in FORMS])
def test_forms_come_from_our_own_page_as_json_and_are_small(world: World, path: str, body: dict[str, Any]) -> None:
    assert code(post(world, path, body, **{"Sec-Fetch-Site": "cross-site"})) == (403, "forbidden-origin")
    form = world.request("POST", f"/api/v1{path}", data={"a": "b"})
    assert code(form) == (415, "not-json")
    assert code(post(world, path, body | {"x": "x" * 20_000})) == (413, "too-large")
    assert code(post(world, path, [])) == (400, "invalid-request")
    for name, value in body.items():
        wrong = post(world, path, body | {name: 7 if isinstance(value, str) else {"token": "?"}})
        if not isinstance(value, bool):
            assert code(wrong) == (400, "invalid-request")
            assert wrong.json()["fields"] == [name]
    assert world.bus.calls == []


@pytest.mark.parametrize("login", ["zoe\x00", "zoe\nfictif", "zoe\x7f"])
def test_control_characters_reach_no_service(world: World, login: str) -> None:
    answer = post(world, "/session", {"login": login, "password": PASSWORD})
    assert (code(answer), answer.json()["fields"]) == ((400, "invalid-request"), ["login"])
    assert world.bus.calls == []


REFUSALS = [
    ("/session", ErrorCode.CHALLENGE_REQUIRED, {"difficulty": 14}, (428, "challenge-required"), {"difficulty": 14}),
    ("/activation", ErrorCode.BAD_CODE, {"tries_left": 2}, (422, "bad-code"), {"tries_left": 2}),
    ("/activation", ErrorCode.TICKET_EXPIRED, {}, (410, "ticket-expired"), {}),
    (
        "/activation",
        ErrorCode.INVALID_REQUEST,
        {"fields": ["recovery_email"]},
        (400, "invalid-request"),
        {"fields": ["recovery_email"]},
    ),
    ("/recovery", ErrorCode.CHALLENGE_REQUIRED, {}, (428, "challenge-required"), {}),
    ("/recovery/code", ErrorCode.BAD_CODE, {}, (422, "bad-code"), {}),
    ("/recovery/password", ErrorCode.TICKET_EXPIRED, {}, (410, "ticket-expired"), {}),
    ("/recovery/email", ErrorCode.TICKET_EXPIRED, {}, (410, "ticket-expired"), {}),
]


@pytest.mark.parametrize(("path", "error", "details", "expected", "members"), REFUSALS)
def test_refusals_of_auth_become_problems(
    world: World,
    path: str,
    error: ErrorCode,
    details: dict[str, object],
    expected: tuple[int, str],
    members: dict[str, object],
) -> None:
    refuse(world, ServiceError(error, details=details))
    answer = post(world, path, dict(FORMS)[path])
    assert code(answer) == expected
    assert {name: answer.json()[name] for name in members} == members


def test_an_expired_ticket_says_where_to_begin_again(world: World) -> None:
    refuse(world, ServiceError(ErrorCode.TICKET_EXPIRED))
    told = [post(world, path, dict(FORMS)[path]).json()["detail"] for path in ("/activation", "/recovery/password")]
    assert "NUMEN" in told[0]
    assert "mot de passe" in told[1]
    assert "adresse de secours" in post(world, "/recovery/email", {"token": "jeton"}).json()["detail"]


def test_a_challenge_is_made_drawn_and_spoken(world: World) -> None:
    made = post(world, "/challenges", {})
    assert made.json() == {"token": CHALLENGE, "difficulty": 12, "expires_at": 4_000_000_000.0}
    image = world.request("GET", f"/api/v1/challenges/{CHALLENGE}/image")
    sound = world.request("GET", f"/api/v1/challenges/{CHALLENGE}/sound")
    assert (image.headers["content-type"], image.content[:4]) == ("image/png", b"\x89PNG")
    assert (sound.headers["content-type"], sound.content[:4]) == ("audio/wav", b"RIFF")
    part = world.request("GET", f"/api/v1/challenges/{CHALLENGE}/sound", headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.content) == (206, sound.content[:2])
    assert part.headers["content-range"] == f"bytes 0-1/{len(sound.content)}"
    for answer in (made, image, sound, part):
        assert answer.headers["cache-control"] == "no-store"
    assert code(post(world, "/challenges", {}, Origin="https://evil.example")) == (403, "forbidden-origin")


@pytest.mark.parametrize("token", ["short", "a" * 513, "a" * 20 + "%00", "a" * 20 + "é", "a" * 20 + "%0A", "a b" * 9])
def test_what_can_not_be_a_challenge_costs_auth_nothing(world: World, token: str) -> None:
    for kind in ("image", "sound"):
        assert code(world.request("GET", f"/api/v1/challenges/{token}/{kind}")) == (404, "not-found")
    assert world.bus.calls == []


def test_a_crowd_that_asks_for_pictures_waits_or_is_refused(world: World) -> None:
    world.limits = Limits(max_concurrent_renderings=2, max_waiting_renderings=1)
    at_once: list[int] = []
    under_way = 0

    async def draw(name: str, _: Contract) -> None:
        nonlocal under_way
        under_way += 1
        at_once.append(under_way)
        await asyncio.sleep(0.05)
        under_way -= 1

    world.bus.before = draw

    async def act(client: httpx.AsyncClient) -> list[int]:
        path = f"/api/v1/challenges/{CHALLENGE}/image"
        return sorted(answer.status_code for answer in await asyncio.gather(*(client.get(path) for _ in range(5))))

    assert world.run(act) == [200, 200, 200, 429, 429]
    assert max(at_once) == 2


def test_the_access_log_tells_templates_never_tokens(world: World, caplog: pytest.LogCaptureFixture) -> None:
    paths = {
        f"/api/v1/challenges/{CHALLENGE}/image": "/api/v1/challenges/{token}/image",
        f"/api/v1/challenges/{'a' * 600}/sound": "/api/v1/challenges/{token}/sound",
        "/api/v1/account/sessions/5e55": "/api/v1/account/sessions/{session_id}",
    }
    with caplog.at_level(logging.INFO):
        for path in paths:
            world.request("DELETE" if "sessions" in path else "GET", path)
        world.request("GET", f"/api/v1/challenges/{CHALLENGE}")
    ours = [record for record in caplog.records if record.name.startswith(("services", "chassis"))]
    routes = [record.__dict__["route"] for record in ours if record.msg == "request"]
    assert routes[:-1] == list(paths.values())
    told = repr([record.__dict__ for record in ours])
    assert CHALLENGE not in told
    assert "aaaaaaaa" not in told
    assert "5e55" not in told
