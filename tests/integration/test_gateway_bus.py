"""The gateway as a process on a real bus, in front of services that are slow, dead, or answer too much."""

import asyncio
import base64
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aio_pika
import httpx
import pytest

from contracts.auth import SessionEnded
from contracts.base import Event
from contracts.mail import MailStateChanged
from services.gateway.tests.people import ACCOUNT, ADDRESS, PASSWORD, TOKEN
from services.gateway.tests.processes import Process, eventually, free_port

USING = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:calendars"]
BASIC = {"Authorization": "Basic " + base64.b64encode(f"{ADDRESS}:{PASSWORD}".encode()).decode()}
FAKES = "services.gateway.tests.fake_services"
PUSHED_WITHIN = 1.0
Calls = list[list[Any]]


class Front:
    """The gateway, two fakes, and the broker between them."""

    def __init__(self, amqp_url: str, folder: Path, settings_file: Path) -> None:
        self.amqp_url = amqp_url
        self.url = f"http://localhost:{(port := free_port())}"
        self.fakes = {name: Process(folder, FAKES, name, AMQP_URL=amqp_url) for name in ("auth", "mail", "calendar")}
        self.gateway = Process(
            folder,
            "services.gateway.entrypoints.http",
            AMQP_URL=amqp_url,
            BLOB_ROOT=str(folder / "blobs"),
            WEBMAIL_SETTINGS=str(settings_file),
            HTTP_PORT=str(port),
            WEB_ROOT=str(folder / "web"),
            JMAP_REQUEST_SECONDS="6",
        )

    def wait(self) -> None:
        for process in (*self.fakes.values(), self.gateway):
            process.wait_until_ready()

    def client(self, headers: dict[str, str]) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def jmap(self, *calls: list[Any]) -> Calls:
        with self.client(BASIC) as client:
            answer = client.post("/jmap/api", json={"using": USING, "methodCalls": calls})
        assert answer.status_code == 200, answer.text
        responses: Calls = answer.json()["methodResponses"]
        return responses

    async def publish(self, event: Event) -> None:
        connection = await aio_pika.connect(self.amqp_url)
        async with connection:
            channel = await connection.channel()
            service = event.type.partition(".")[0]
            exchange = await channel.get_exchange(f"{service}.events")
            await exchange.publish(aio_pika.Message(event.model_dump_json().encode()), event.type)


@pytest.fixture(scope="module")
def front(amqp_url: str, tmp_path_factory: pytest.TempPathFactory, settings_file: Path) -> Iterator[Front]:
    started = Front(amqp_url, tmp_path_factory.mktemp("gateway"), settings_file)
    try:
        started.wait()
        yield started
    finally:
        for process in (started.gateway, *started.fakes.values()):
            process.stop()


def own(**arguments: Any) -> dict[str, Any]:
    return {"accountId": ACCOUNT, **arguments}


def types(answers: Calls) -> list[str]:
    return [arguments["type"] if name == "error" else name for name, arguments, _ in answers]


def test_query_and_get_go_through_the_bus_and_back(front: Front) -> None:
    ids = {"resultOf": "q", "name": "Email/query", "path": "/ids"}
    answers = front.jmap(
        ["Email/query", own(limit=2), "q"],
        ["Email/get", own(**{"#ids": ids}), "g"],
        ["CalendarEvent/get", own(**{"#ids": ids}), "c"],
    )
    assert types(answers) == ["Email/query", "Email/get", "CalendarEvent/get"]
    assert [item["id"] for item in answers[1][1]["list"]] == ["e0", "e1"]
    assert [item["id"] for item in answers[2][1]["list"]] == ["e0", "e1"]


def test_an_answer_of_megabytes_arrives_whole_though_the_bus_takes_a_quarter(front: Front) -> None:
    answers = front.jmap(
        ["Email/query", own(limit=300), "q"],
        ["Email/get", own(size=10_000, **{"#ids": {"resultOf": "q", "name": "Email/query", "path": "/ids"}}), "g"],
        ["Thread/get", own(**{"#ids": {"resultOf": "g", "name": "Email/get", "path": "/list/*/id"}}), "t"],
    )
    assert types(answers) == ["Email/query", "Email/get", "Thread/get"]
    assert [item["id"] for item in answers[1][1]["list"]] == [f"e{number}" for number in range(300)]
    assert all(len(item["text"]) == 5_000 for item in answers[1][1]["list"])
    assert len(answers[2][1]["list"]) == 300


def test_two_slow_services_take_the_time_of_one(front: Front) -> None:
    began = time.monotonic()
    answers = front.jmap(
        ["Email/changes", own(seconds=2), "m"],
        ["CalendarEvent/changes", own(seconds=2), "c"],
        ["Email/query", own(), "q"],
    )
    assert types(answers) == ["Email/changes", "CalendarEvent/changes", "Email/query"]
    assert 2 <= time.monotonic() - began < 3.8


def test_past_the_deadline_reads_are_unavailable_and_writes_unknown(front: Front) -> None:
    began = time.monotonic()
    answers = front.jmap(["Email/set", own(seconds=8), "w"], ["CalendarEvent/get", own(ids=["x"]), "c"])
    assert types(answers) == ["serverPartialFail", "CalendarEvent/get"]
    assert 6 <= time.monotonic() - began < 7.9


def test_a_stopped_service_costs_its_own_methods_at_once_and_heals_by_itself(front: Front) -> None:
    calls = [["Email/query", own(), "m"], ["CalendarEvent/get", own(ids=["x"]), "c"]]
    front.fakes["calendar"].stop()

    def unavailable() -> bool:
        began = time.monotonic()
        answers = front.jmap(*calls)
        return types(answers) == ["Email/query", "serverUnavailable"] and time.monotonic() - began < 2

    eventually(unavailable)
    with front.client({}) as client:
        eventually(lambda: client.get("/api/v1/services").json()["calendar"] == "down")
        assert client.get("/api/v1/services").json()["mail"] == "up"
    front.fakes["calendar"].start()
    eventually(lambda: types(front.jmap(*calls)) == ["Email/query", "CalendarEvent/get"])


@asynccontextmanager
async def stream(
    front: Front, headers: dict[str, str], query: str = "types=*&closeafter=no&ping=0"
) -> AsyncIterator[Any]:
    async with (
        httpx.AsyncClient(base_url=front.url, headers=headers, timeout=20) as client,
        client.stream("GET", f"/jmap/eventsource?{query}") as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        lines = answer.aiter_lines()
        async for line in lines:
            if line.startswith("retry:"):
                break
        yield lines


async def next_data(lines: AsyncIterator[str]) -> Any:
    async with asyncio.timeout(10):
        async for line in lines:
            if line.startswith("data:"):
                return json.loads(line.removeprefix("data:"))
    raise AssertionError("the stream ended")


def test_a_state_change_is_pushed_within_a_second(front: Front) -> None:
    async def act() -> float:
        async with stream(front, BASIC, "types=Email&closeafter=state&ping=0") as lines:
            began = time.monotonic()
            await front.publish(MailStateChanged(account_id="asomebodyelse", changed={"Email": "0"}))
            await front.publish(MailStateChanged(account_id=ACCOUNT, changed={"Email": "42", "Mailbox": "9"}))
            assert await next_data(lines) == {"@type": "StateChange", "changed": {ACCOUNT: {"Email": "42"}}}
            assert [line async for line in lines if line] == []
            return time.monotonic() - began

    assert min(asyncio.run(act()) for _ in range(3)) < PUSHED_WITHIN


def test_pings_come_when_asked_for(front: Front) -> None:
    async def act() -> Any:
        async with stream(front, BASIC, "types=*&closeafter=no&ping=1") as lines:
            return await next_data(lines)

    assert asyncio.run(act()) == {"interval": 5}


def test_a_returning_client_is_told_the_current_states(front: Front) -> None:
    async def act() -> Any:
        async with stream(front, BASIC | {"Last-Event-ID": "0-0"}, "types=Email,Thread&closeafter=no&ping=0") as lines:
            return await next_data(lines)

    assert asyncio.run(act())["changed"][ACCOUNT] == {"Email": "s1", "Thread": "s1"}


def test_signing_out_elsewhere_ends_the_session_here_and_its_streams(front: Front) -> None:
    cookie = {"Cookie": f"wm_session={TOKEN}"}

    async def act() -> None:
        with front.client(BASIC) as client:
            credentials = {"login": ADDRESS, "password": PASSWORD}
            signed_in = client.post("/api/v1/session", json=credentials).json()["session"]
        async with stream(front, cookie) as lines:
            with front.client(cookie) as client:
                assert client.get("/api/v1/session").json() == signed_in
            await front.publish(SessionEnded(session_ids=["another"]))
            await front.publish(SessionEnded(session_ids=["5e55"]))
            async with asyncio.timeout(5):
                assert [line async for line in lines if line] == []

    asyncio.run(act())
    with front.client(cookie | {"X-CSRF-Token": "jeton-anti-csrf"}) as client:
        assert client.delete("/api/v1/session").status_code == 204
        assert client.get("/api/v1/session").status_code == 401


def test_streams_that_were_left_count_no_more(front: Front) -> None:
    async def act() -> None:
        statuses = []
        async with httpx.AsyncClient(base_url=front.url, headers=BASIC, timeout=20) as client:
            for _ in range(60):
                async with client.stream("GET", "/jmap/eventsource?types=*&closeafter=no&ping=0") as answer:
                    statuses.append(answer.status_code)
        assert statuses == [200] * 60

    asyncio.run(act())


def test_the_log_tells_the_request_and_no_secret(front: Front) -> None:
    with front.client(BASIC) as client:
        answer = client.get("/.well-known/jmap", params={"query": "hidden-in-the-query"})
        client.post("/api/v1/session", json={"login": ADDRESS, "password": "mot-de-passe-faux"})
    correlation = answer.headers["x-correlation-id"]
    eventually(lambda: correlation in front.gateway.log)
    line = next(json.loads(text) for text in front.gateway.log.splitlines() if correlation in text)
    assert line["route"] == "/.well-known/jmap"
    assert (line["method"], line["status"]) == ("GET", 200)
    for secret in ("hidden-in-the-query", ADDRESS, PASSWORD, "mot-de-passe-faux", TOKEN):
        assert secret not in front.gateway.log


def test_a_defective_request_line_does_not_stop_the_next(front: Front) -> None:
    async def act() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(front.url.rpartition(":")[2]))
        writer.write(b"\x16\x03\x01\x02\x00\x01\x00 not http\r\n\r\n")
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        await writer.wait_closed()
        return answer

    assert asyncio.run(act()).startswith(b"HTTP/1.1 400")
    assert types(front.jmap(["Core/echo", {}, "e"])) == ["Core/echo"]


def test_sigterm_ends_streams_lets_requests_finish_and_the_process_with_them(front: Front) -> None:
    async def act() -> tuple[list[str], Calls, float, int]:
        async with stream(front, BASIC) as lines:
            asking = asyncio.create_task(asyncio.to_thread(front.jmap, ["Email/changes", own(seconds=1), "m"]))
            await asyncio.sleep(0.3)
            began = time.monotonic()
            stopping = asyncio.create_task(asyncio.to_thread(front.gateway.stop))
            rest = [line async for line in lines if line]
            return rest, await asking, time.monotonic() - began, await stopping

    try:
        rest, answers, seconds, status = asyncio.run(act())
    finally:
        front.gateway.start()
        front.gateway.wait_until_ready()
    assert rest == []
    assert types(answers) == ["Email/changes"]
    assert seconds < 8
    assert status == 0
    assert not re.search(r'"level":"(error|critical)"', front.gateway.log)
