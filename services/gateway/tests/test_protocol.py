"""The bounds of a connection, over real sockets."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

import httpx
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from services.gateway.entrypoints import protocol
from services.gateway.entrypoints.http import Server
from services.gateway.entrypoints.protocol import BoundedHttpProtocol, OneWriteTransport

Act = Callable[[int], Awaitable[None]]


class Application:
    """Answers "bonjour"; /slow does so after a second."""

    def __init__(self) -> None:
        self.stopped = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/slow":
            async with asyncio.timeout(5):
                await self.stopped.wait()
        headers = [(b"content-length", b"7"), (b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"bonjour"})


def serving(act: Act) -> None:
    async def run() -> None:
        application = Application()
        config = uvicorn.Config(
            application, port=0, loop="none", http=BoundedHttpProtocol, ws="none", lifespan="off", log_config=None
        )
        server = Server(config, application.stopped.set)
        listening = socket.create_server(("127.0.0.1", 0))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            async with asyncio.timeout(10):
                while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
                    await asyncio.sleep(0.01)
                await act(listening.getsockname()[1])
        finally:
            server.stop()
            await running

    asyncio.run(run())


async def exchange(port: int, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data)
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        await close(writer)


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


def test_a_head_that_never_ends_is_refused() -> None:
    async def act(port: int) -> None:
        filler = b"".join(b"X-%d: %s\r\n" % (number, b"y" * 1_000) for number in range(40))
        answer = await exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n" + filler + b"\r\n")
        assert answer.startswith(b"HTTP/1.1 400")
        answer = await exchange(port, b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 400")

    serving(act)


def test_a_head_that_comes_too_slowly_closes_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)

    async def act(port: int) -> None:
        assert await exchange(port, b"") == b""
        assert await exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\n") == b""

    serving(act)


def test_a_connection_serves_many_requests_and_an_answer_comes_at_once() -> None:
    async def act(port: int) -> None:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            for _ in range(3):
                assert (await client.get("/")).text == "bonjour"
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        whole = await asyncio.wait_for(reader.readuntil(b"bonjour"), 5)
        assert whole.startswith(b"HTTP/1.1 200 OK\r\n")
        await close(writer)

    serving(act)


class Written:
    """A transport that remembers its writes."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def writelines(self, data: tuple[bytes, ...]) -> None:
        self.writes.append(b"".join(data))

    def close(self) -> None:
        self.closed = True


def test_head_and_body_leave_in_one_write() -> None:
    async def run() -> list[bytes]:
        written = Written()
        transport = OneWriteTransport(written, asyncio.get_running_loop())
        for data in (b"HTTP/1.1 200 OK\r\n\r\n", b"body", b"more", b"", b"HTTP/1.1 204 No Content\r\n\r\n"):
            transport.write(data)
        assert len(written.writes) == 2
        await asyncio.sleep(0)
        transport.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        transport.close()
        assert written.closed
        return written.writes

    assert asyncio.run(run()) == [
        b"HTTP/1.1 200 OK\r\n\r\nbody",
        b"more",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
    ]


def test_stopping_lets_a_request_end() -> None:
    answers: list[str] = []

    async def act(port: int) -> None:
        async def ask() -> None:
            async with httpx.AsyncClient() as client:
                answers.append((await client.get(f"http://127.0.0.1:{port}/slow")).text)

        asking.append(asyncio.create_task(ask()))
        await asyncio.sleep(0.1)

    asking: list[asyncio.Task[None]] = []
    serving(act)
    assert answers == ["bonjour"]
