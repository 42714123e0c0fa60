"""JMAP as a client sees it (RFC 8620 §2, §3)."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest

from contracts.base import Contract
from services.gateway.limits import Limits
from services.gateway.tests.people import ACCOUNT, ADDRESS
from services.gateway.tests.world import BASE, BASIC, ECHO, JMAP, World, code


def test_the_session_object_has_absolute_addresses_and_a_state(world: World) -> None:
    answer = world.request("GET", "/.well-known/jmap", headers=BASIC)
    session = answer.json()
    assert answer.headers["cache-control"] == "no-cache, no-store, must-revalidate"
    assert session["apiUrl"] == f"{BASE}/jmap/api"
    assert session["downloadUrl"] == BASE + "/jmap/download/{accountId}/{blobId}/{name}?type={type}"
    assert session["uploadUrl"] == BASE + "/jmap/upload/{accountId}"
    assert session["eventSourceUrl"] == BASE + "/jmap/eventsource?types={types}&closeafter={closeafter}&ping={ping}"
    assert session["username"] == ADDRESS
    assert list(session["accounts"]) == [ACCOUNT]
    assert session["accounts"][ACCOUNT] | {"accountCapabilities": 0} == {
        "name": ADDRESS,
        "isPersonal": True,
        "isReadOnly": False,
        "accountCapabilities": 0,
    }
    assert session["primaryAccounts"]["urn:ietf:params:jmap:mail"] == ACCOUNT
    core = session["capabilities"]["urn:ietf:params:jmap:core"]
    assert core["maxSizeUpload"] == 50_000_000
    assert core["maxCallsInRequest"] >= 16
    assert core["maxObjectsInGet"] >= 500
    assert set(session["accounts"][ACCOUNT]["accountCapabilities"]) == set(session["capabilities"]) - {
        "urn:ietf:params:jmap:core"
    }
    again = world.request("GET", "/.well-known/jmap", headers=BASIC | {"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_public_url_decides_the_addresses(world: World) -> None:
    world.public_url = "https://messagerie.example"
    session = world.request("GET", "/.well-known/jmap", headers=BASIC | {"Host": "evil.example"}).json()
    assert session["apiUrl"] == "https://messagerie.example/jmap/api"


def test_a_request_is_answered_with_the_session_state(world: World) -> None:
    session = world.request("GET", "/.well-known/jmap", headers=BASIC).json()
    answer = world.request("POST", "/jmap/api", headers=JMAP, content=ECHO)
    assert answer.json() == {"methodResponses": [["Core/echo", {"x": 1}, "c"]], "sessionState": session["state"]}


def test_created_ids_come_back_when_given(world: World) -> None:
    body = ECHO[:-1] + ',"createdIds":{"k":"M1"}}'
    assert world.request("POST", "/jmap/api", headers=JMAP, content=body).json()["createdIds"] == {"k": "M1"}


@pytest.mark.parametrize(
    ("body", "type_", "limit"),
    [
        ("{", "notJSON", None),
        ("[]", "notRequest", None),
        ('{"using":["x"],"methodCalls":[]}', "unknownCapability", None),
        ('{"using":[],"methodCalls":[' + ",".join(['["a/b",{},"c"]'] * 3) + "]}", "limit", "maxCallsInRequest"),
        ('{"using":[],"methodCalls":[]' + " " * 2_000 + "}", "limit", "maxSizeRequest"),
    ],
)
def test_request_errors_are_problem_documents(world: World, body: str, type_: str, limit: str | None) -> None:
    world.limits = Limits(max_calls_in_request=2, max_size_request=1_000)
    answer = world.request("POST", "/jmap/api", headers=JMAP, content=body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:ietf:params:jmap:error:{type_}"
    assert answer.json()["status"] == 400
    assert answer.json().get("limit") == limit


def test_a_request_larger_than_it_said_is_refused_while_it_comes(world: World) -> None:
    world.limits = Limits(max_size_request=1_000)

    async def body() -> Any:
        for _ in range(100):
            yield b" " * 100

    answer = world.request("POST", "/jmap/api", headers=JMAP, content=body())
    assert answer.json()["limit"] == "maxSizeRequest"


def test_more_requests_at_once_than_announced_are_refused(world: World) -> None:
    world.limits = Limits(max_concurrent_requests=2)
    call = ["Email/get", {"accountId": ACCOUNT}, "c"]
    body = orjson.dumps({"using": ["urn:ietf:params:jmap:mail"], "methodCalls": [call]})

    async def act(client: httpx.AsyncClient) -> list[int]:
        released = asyncio.Event()

        async def wait(name: str, request: Contract) -> None:
            if name == "mail.jmap":
                await released.wait()

        world.bus.before = wait
        pending = [asyncio.create_task(client.post("/jmap/api", headers=JMAP, content=body)) for _ in range(2)]
        await asyncio.sleep(0.05)
        refused = await client.post("/jmap/api", headers=JMAP, content=body)
        assert refused.json()["limit"] == "maxConcurrentRequests"
        released.set()
        answers = [await task for task in pending]
        answers.append(await client.post("/jmap/api", headers=JMAP, content=body))
        return [answer.status_code for answer in answers]

    assert world.run(act) == [200, 200, 200]


def test_a_request_that_stops_coming_times_out(world: World) -> None:
    world.limits = Limits(body_idle_seconds=0.05)

    async def body() -> Any:
        yield b"{"
        await asyncio.sleep(0.5)
        yield b"}"

    assert code(world.request("POST", "/jmap/api", headers=JMAP, content=body())) == (408, "request-timeout")
