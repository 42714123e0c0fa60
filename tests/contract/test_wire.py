"""Golden transcripts of nameko's RPC wire format, both directions, against every implementation of either end."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage

from chassis.correlation import correlated
from chassis.rpc_client import RpcClient
from chassis.topology import RPC_EXCHANGE
from contracts.base import Empty, Ping, Pong, rpc_service
from contracts.errors import ErrorCode, ServiceError
from tests.contract.responder import AsyncResponder
from tests.infra.databases import Databases
from tests.integration.bus.contract import EchoApi, Fail, Text
from tests.integration.bus.harness import running

WIRE = Path(__file__).parent / "wire"

Transcript = dict[str, Any]
Server = Callable[[str], AbstractAsyncContextManager[None]]


def transcript(name: str) -> Transcript:
    loaded: Transcript = json.loads((WIRE / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


TRANSCRIPTS = [transcript(file.stem) for file in sorted(WIRE.glob("*.json"))]
NAMES = [file.stem for file in sorted(WIRE.glob("*.json"))]


def properties_of(message: AbstractIncomingMessage) -> dict[str, Any]:
    """What a peer can see besides the body."""
    return {
        "content_type": message.content_type,
        "content_encoding": message.content_encoding,
        "delivery_mode": int(message.delivery_mode or 0),
    }


class Echo:
    """EchoApi as coroutines, as far as the transcripts go."""

    async def ping(self, _request: Ping) -> Pong:
        return Pong(service="echo")

    async def echo(self, request: Text) -> Text:
        return request

    async def fail(self, request: Fail) -> Empty:
        if request.how == "service-error":
            raise ServiceError(ErrorCode.CONFLICT, "on purpose", retryable=True, details={"row": 7})
        raise ValueError("never on the wire")


@pytest.fixture(scope="module")
def wire_url(request: pytest.FixtureRequest) -> str:
    """A virtual host where only the servers of this module answer."""
    return str(request.getfixturevalue("new_amqp_url")())


@asynccontextmanager
async def asyncio_server(url: str) -> AsyncIterator[None]:
    async with AsyncResponder(url, EchoApi, Echo()):
        yield


@pytest.fixture(scope="module", params=["nameko", "asyncio"])
def server(
    request: pytest.FixtureRequest, wire_url: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Either implementation of the service's end."""
    if request.param == "asyncio":
        yield asyncio_server
        return

    @asynccontextmanager
    async def already_running(_url: str) -> AsyncIterator[None]:
        yield

    with running("echo", tmp_path_factory.mktemp("echo"), AMQP_URL=wire_url, DATABASE_URL=databases.empty()):
        yield already_running


async def exchange_and_queue(url: str, key: str) -> tuple[Any, Any, Any]:
    connection = await aio_pika.connect(url)
    channel = await connection.channel()
    exchange = await channel.declare_exchange(RPC_EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True)
    queue = await channel.declare_queue(exclusive=True)
    await queue.bind(exchange, key)
    return connection, exchange, queue


async def next_message(queue: Any) -> AbstractIncomingMessage:
    async with asyncio.timeout(5), queue.iterator(no_ack=True) as messages:
        async for message in messages:
            found: AbstractIncomingMessage = message
            return found
    raise AssertionError


@pytest.mark.parametrize("told", TRANSCRIPTS, ids=NAMES)
def test_a_service_answers_the_golden_request_with_the_golden_reply(
    wire_url: str, server: Server, told: Transcript
) -> None:
    async def main() -> None:
        async with server(wire_url):
            connection, exchange, queue = await exchange_and_queue(wire_url, "golden-caller")
            request = told["request"]
            headers = request["headers"] | {"nameko.deadline": int(time.time() * 1000) + 5_000}
            message = aio_pika.Message(
                request["body"].encode(),
                headers=headers,
                reply_to="golden-caller",
                correlation_id="golden-call",
                **request["properties"],
            )
            await exchange.publish(message, request["routing_key"], mandatory=True)
            reply = await next_message(queue)
            assert reply.exchange == RPC_EXCHANGE and reply.correlation_id == "golden-call"
            assert json.loads(reply.body) == json.loads(told["reply"]["body"])
            seen = properties_of(reply)
            assert {key: seen[key] for key in told["reply"]["properties"]} == told["reply"]["properties"]
            await connection.close()

    asyncio.run(main())


class Caller(Protocol):
    def __call__(self, client: RpcClient) -> Any: ...


CALLS: dict[str, Caller] = {
    "conflict": lambda client: client.call(EchoApi.fail, Fail(how="service-error"), timeout=5),
    "echo": lambda client: client.call(EchoApi.echo, Text(text="Élodie"), timeout=5),
    "internal": lambda client: client.call(EchoApi.fail, Fail(how="value-error"), timeout=5),
    "ping": lambda client: client.call(EchoApi.ping, Ping(), timeout=5),
}


@pytest.mark.parametrize(("name", "told"), list(zip(NAMES, TRANSCRIPTS, strict=True)), ids=NAMES)
def test_our_caller_sends_the_golden_request_and_understands_the_golden_reply(
    amqp_url: str, name: str, told: Transcript
) -> None:
    async def serve_once(exchange: Any, queue: Any) -> None:
        message = await next_message(queue)
        assert message.routing_key == told["request"]["routing_key"]
        assert json.loads(message.body) == json.loads(told["request"]["body"])
        assert properties_of(message) == told["request"]["properties"]
        headers = dict(message.headers)
        assert abs(int(str(headers.pop("nameko.deadline"))) / 1000 - time.time() - 5) < 1
        assert headers == told["request"]["headers"]
        assert 4 < float(str(message.expiration)) <= 5
        assert message.correlation_id and message.reply_to
        reply = aio_pika.Message(
            told["reply"]["body"].encode(), correlation_id=message.correlation_id, **told["reply"]["properties"]
        )
        await exchange.publish(reply, message.reply_to)

    async def main() -> object:
        connection, exchange, queue = await exchange_and_queue(amqp_url, "echo.*")
        async with RpcClient(amqp_url, name="golden") as client:
            serving = asyncio.create_task(serve_once(exchange, queue))
            with correlated("golden-request"):
                try:
                    result: object = (await CALLS[name](client)).model_dump()
                except ServiceError as error:
                    result = [str(error.code), error.detail, error.retryable, error.details]
            await serving
        await connection.close()
        return result

    assert asyncio.run(main()) == told["understood"]


def test_a_service_that_is_plain_nameko_answers_our_caller(wire_url: str) -> None:
    @rpc_service("stock")
    class StockApi(Protocol):
        def echo(self, request: Text, /) -> Text: ...

    async def main() -> Text:
        async with RpcClient(wire_url, name="golden") as client:
            return await client.call(StockApi.echo, Text(text="Élodie"), timeout=5)

    with subprocess.Popen(
        [sys.executable, "-m", "tests.contract.stock_nameko", "serve"],
        env={**os.environ, "AMQP_URL": wire_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as stock:
        try:
            assert stock.stdout is not None and stock.stdout.readline() == b"ready\n"
            assert asyncio.run(main()) == Text(text="Élodie")
        finally:
            stock.kill()


def test_a_caller_that_is_plain_nameko_is_answered_by_our_service(wire_url: str, server: Server) -> None:
    async def main() -> list[str]:
        async with server(wire_url):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tests.contract.stock_nameko",
                "call",
                env={**os.environ, "AMQP_URL": wire_url},
                stdout=asyncio.subprocess.PIPE,
            )
            async with asyncio.timeout(15):
                out, _ = await process.communicate()
            return out.decode().splitlines()

    echoed, failed = asyncio.run(main())
    assert json.loads(echoed) == {"text": "Élodie"}
    assert json.loads(failed) == ["ServiceError", "conflict: on purpose"]
