"""The event source (RFC 8620 §7.3)."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import orjson
import pytest
from starlette.types import ASGIApp, Scope

from contracts.auth import AccountStateChanged, CredentialChanged, SessionEnded
from contracts.base import Contract
from contracts.errors import ErrorCode, ServiceError
from contracts.mail import MailStateChanged
from services.gateway.bootstrap import Parts
from services.gateway.identity.principal import Principal
from services.gateway.limits import Limits
from services.gateway.push.hub import Subscription
from services.gateway.push.listener import HEARD
from services.gateway.tests.people import ACCOUNT
from services.gateway.tests.world import BASIC, COOKIE, World, code


class Stream:
    """An event source read through ASGI, since httpx waits for the end of such answers."""

    def __init__(self, world: World, query: str, headers: dict[str, str]) -> None:
        self.sent: asyncio.Queue[bytes] = asyncio.Queue()
        self.status = 0
        self.leave = asyncio.Event()
        raw = [(name.lower().encode(), value.encode()) for name, value in {"Host": "localhost:8080", **headers}.items()]
        scope = {"type": "http", "method": "GET", "path": "/jmap/eventsource", "query_string": query.encode(),
                 "headers": raw, "scheme": "http", "client": ("192.0.2.1", 1), "root_path": "", "http_version": "1.1",
                 "server": ("localhost", 8080)}  # fmt: skip
        assert world.parts is not None
        self.task = asyncio.create_task(self._run(world.parts.app, scope))

    async def _run(self, app: ASGIApp, scope: Scope) -> None:
        await app(scope, self._receive, self._send)

    async def _receive(self) -> Any:
        await self.leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["body"]:
            await self.sent.put(message["body"])

    async def next(self) -> str:
        async with asyncio.timeout(2):
            return (await self.sent.get()).decode()

    async def ended(self) -> None:
        async with asyncio.timeout(2):
            await self.task


def in_stream(world: World, act: Callable[[Parts], Awaitable[None]]) -> None:
    async def run() -> None:
        await act(world.start())

    asyncio.run(run())


def changed(account_id: str = ACCOUNT, **states: str) -> MailStateChanged:
    return MailStateChanged(account_id=account_id, changed=states)


def test_states_are_pushed_to_their_account_by_type_and_coalesced(world: World) -> None:
    async def act(parts: Parts) -> None:
        everything, mailboxes = (
            Stream(world, "types=*&closeafter=no&ping=0", BASIC),
            Stream(world, "types=Mailbox", BASIC),
        )
        for stream in (everything, mailboxes):
            assert "retry: " in await stream.next()
        await parts.listener.heard(changed("aother", Email="x"))
        await parts.listener.heard(changed(Email="1"))
        await parts.listener.heard(changed(Email="2", Thread="3"))
        first = await everything.next()
        assert "event: state\n" in first
        data = orjson.loads(first.partition("data: ")[2])
        assert data == {"@type": "StateChange", "changed": {ACCOUNT: {"Email": "2", "Thread": "3"}}}
        assert first.endswith("\n\n")
        await parts.listener.heard(changed(Mailbox="4"))
        told = await mailboxes.next()
        while told == ": \n\n":
            told = await mailboxes.next()
        assert '{"Mailbox":"4"}' in told
        assert parts.hub.streams == 2
        for stream in (everything, mailboxes):
            stream.leave.set()
            await stream.ended()
        assert parts.hub.streams == 0

    in_stream(world, act)


def test_closeafter_state_ends_after_the_first_event(world: World) -> None:
    async def act(parts: Parts) -> None:
        stream = Stream(world, "types=Email&closeafter=state&ping=0", BASIC)
        await stream.next()
        await parts.listener.heard(changed(Email="1"))
        assert "event: state" in await stream.next()
        await stream.ended()
        assert parts.hub.streams == 0

    in_stream(world, act)


def test_a_returning_client_learns_what_it_missed(world: World) -> None:
    async def act(parts: Parts) -> None:
        stream = Stream(world, "types=*", BASIC)
        began = re.search(r"id: (\S+)\n", await stream.next())
        assert began is not None
        stream.leave.set()
        await stream.ended()
        await parts.listener.heard(changed(Email="7"))
        back = Stream(world, "types=*", BASIC | {"Last-Event-ID": began[1]})
        assert "id:" not in await back.next()
        event = await back.next()
        assert '{"Email":"7"}' in event
        seen = re.search(r"id: (\S+)\n", event)
        assert seen is not None
        back.leave.set()
        await back.ended()
        assert parts.hub.missed(ACCOUNT, seen[1]) == {}

    in_stream(world, act)


def test_a_client_of_another_process_is_told_the_current_states(world: World) -> None:
    async def act(parts: Parts) -> None:
        stream = Stream(world, "types=Email,Mailbox", BASIC | {"Last-Event-ID": "0badb007-12"})
        await stream.next()
        event = await stream.next()
        assert '"Email":"now"' in event
        assert '"Mailbox":"now"' in event
        stream.leave.set()
        await stream.ended()

    in_stream(world, act)


def test_an_account_that_changed_is_told_to_its_open_pages(world: World) -> None:
    async def act(parts: Parts) -> None:
        assert AccountStateChanged in HEARD
        stream = Stream(world, "types=*", COOKIE)
        await stream.next()
        await parts.listener.heard(AccountStateChanged(account_id=ACCOUNT, changed={"Account": "9"}))
        assert '{"Account":"9"}' in await stream.next()
        stream.leave.set()
        await stream.ended()

    in_stream(world, act)


@pytest.mark.parametrize(("types", "told"), [("*", True), ("Account", True), ("Email", False)])
def test_whoever_may_have_missed_a_change_of_the_account_reads_it_again(world: World, types: str, told: bool) -> None:
    async def act(parts: Parts) -> None:
        stream = Stream(world, f"types={types}", COOKIE | {"Last-Event-ID": "0badb007-12"})
        await stream.next()
        event = await stream.next()
        assert ('"Account":' in event) is told
        stream.leave.set()
        await stream.ended()

    in_stream(world, act)


@pytest.mark.parametrize(
    "event", [SessionEnded(session_ids=["5e55"]), CredentialChanged(account_id=ACCOUNT), None], ids=str
)
def test_a_stream_ends_with_its_session_or_with_the_process(
    world: World, event: SessionEnded | CredentialChanged | None
) -> None:
    async def act(parts: Parts) -> None:
        stream = Stream(world, "types=*", COOKIE)
        await stream.next()
        if event is None:
            parts.hub.stop()
        else:
            await parts.listener.heard(event)
        await stream.ended()
        assert parts.hub.streams == 0

    in_stream(world, act)


@pytest.mark.parametrize("headers", [COOKIE, BASIC])
def test_no_stream_opens_for_who_was_shut_out_while_it_began(
    world: World, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broadcast is heard after auth looked, and before the stream is there to be ended by it."""

    async def refuse(name: str, request: Contract) -> None:
        raise ServiceError(ErrorCode.BAD_CREDENTIALS)

    async def act(parts: Parts) -> None:
        opened = parts.hub.open

        def open_late(principal: Principal) -> Subscription:
            world.bus.before = refuse
            with suppress(StopIteration):
                parts.listener.heard(CredentialChanged(account_id=ACCOUNT)).send(None)
            return opened(principal)

        monkeypatch.setattr(parts.hub, "open", open_late)
        stream = Stream(world, "types=*", headers)
        await stream.ended()
        assert (stream.status, parts.hub.streams) == (401, 0)

    in_stream(world, act)


def test_streams_of_one_account_are_bounded(world: World) -> None:
    world.limits = Limits(max_streams_per_account=2)

    async def act(parts: Parts) -> None:
        streams = [Stream(world, "types=*", BASIC) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert sorted(stream.status for stream in streams) == [200, 200, 429]
        for stream in streams:
            stream.leave.set()
            await stream.ended()

    in_stream(world, act)


@pytest.mark.parametrize("query", ["closeafter=maybe", "ping=-1", "ping=x", "ping=9999999999999999"])
def test_wrong_wishes_are_refused(world: World, query: str) -> None:
    assert code(world.request("GET", f"/jmap/eventsource?{query}", headers=BASIC)) == (400, "invalid-request")
