"""RPC between an asyncio caller and a nameko service, on a real broker."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

import aio_pika
import pytest

from chassis.correlation import correlated
from chassis.deadline import deadline
from chassis.rpc_client import RpcClient
from chassis.rpc_wire import CORRELATION_HEADER, DEADLINE_HEADER
from chassis.topology import RPC_EXCHANGE
from contracts.base import MAX_MESSAGE_BYTES, Ping
from contracts.errors import ErrorCode, ServiceError
from tests.integration.bus.contract import SECRET, EchoApi, Fail, Failure, NobodyApi, Pause, Text
from tests.integration.bus.harness import Process, eventually

MAX_WORKERS = 32

T = TypeVar("T")


def with_client(amqp_url: str, use: Callable[[RpcClient], Awaitable[T]], **options: int) -> T:
    async def main() -> T:
        async with RpcClient(amqp_url, name="test", **options) as client:
            return await use(client)

    return asyncio.run(main())


def error_of(amqp_url: str, use: Callable[[RpcClient], Awaitable[object]], **options: int) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        with_client(amqp_url, use, **options)
    return caught.value


def raw_call(
    amqp_url: str, method: str, body: bytes, headers: Mapping[str, object] | None = None, *, reply: bool = True
) -> bytes | None:
    """The body of the reply to a hand-made request; None when it is not awaited."""

    async def main() -> bytes | None:
        async with await aio_pika.connect(amqp_url) as connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange(RPC_EXCHANGE)
            queue = await channel.declare_queue(exclusive=True)
            await queue.bind(exchange, queue.name)
            told = cast(dict[str, Any], headers or {})
            message = aio_pika.Message(body, reply_to=queue.name if reply else None, headers=told)
            await exchange.publish(message, method)
            if not reply:
                return None
            return await _next(queue)

    return asyncio.run(main())


async def _next(queue: aio_pika.abc.AbstractQueue) -> bytes | None:
    for _ in range(100):
        message = await queue.get(no_ack=True, fail=False)
        if message is not None:
            return message.body
        await asyncio.sleep(0.02)
    return None


def test_a_call_brings_its_reply(amqp_url: str, echo: Process) -> None:
    reply = with_client(amqp_url, lambda client: client.call(EchoApi.echo, Text(text="Élodie"), timeout=5))
    assert reply == Text(text="Élodie")


def test_a_hundred_calls_at_once_each_get_their_own_reply(amqp_url: str, echo: Process) -> None:
    async def calls(client: RpcClient) -> list[Text]:
        return await asyncio.gather(*(client.call(EchoApi.echo, Text(text=str(n)), timeout=5) for n in range(100)))

    assert [reply.text for reply in with_client(amqp_url, calls)] == [str(n) for n in range(100)]


def test_the_correlation_id_travels(amqp_url: str, echo: Process) -> None:
    async def call(client: RpcClient) -> Text:
        with correlated("a-request-of-ours"):
            return await client.call(EchoApi.echo, Text(text="correlation"), timeout=5)

    assert with_client(amqp_url, call).text == "a-request-of-ours"


def test_a_service_error_arrives_whole(amqp_url: str, echo: Process) -> None:
    error = error_of(amqp_url, lambda client: client.call(EchoApi.fail, Fail(how="service-error"), timeout=5))
    assert (error.code, error.detail, error.retryable, error.details) == (
        ErrorCode.CONFLICT,
        "on purpose",
        True,
        {"row": 7},
    )


@pytest.mark.parametrize("how", ["value-error", "bare-timeout", "system-exit", "wrong-type"])
def test_any_other_failure_is_internal_and_leaves_every_worker_alive(
    amqp_url: str, echo: Process, how: Failure
) -> None:
    async def calls(client: RpcClient) -> list[object]:
        failing = (client.call(EchoApi.fail, Fail(how=how), timeout=5) for _ in range(2 * MAX_WORKERS))
        errors: list[object] = list(await asyncio.gather(*failing, return_exceptions=True))
        await client.call(EchoApi.echo, Text(text="still there"), timeout=5)
        return errors

    errors = with_client(amqp_url, calls)
    assert {error.code for error in errors if isinstance(error, ServiceError)} == {ErrorCode.INTERNAL}
    assert len(errors) == 2 * MAX_WORKERS and all(isinstance(error, ServiceError) for error in errors)


def test_the_text_of_an_exception_is_neither_on_the_wire_nor_in_the_log(amqp_url: str, echo: Process) -> None:
    for how in ("value-error", "system-exit"):
        reply = raw_call(amqp_url, "echo.fail", b'{"args":[{"how":"%s"}],"kwargs":{}}' % how.encode())
        assert reply is not None and b'"internal"' in reply
        assert SECRET.encode() not in reply
    assert "builtins.ValueError" in echo.log and "tests/integration/bus/echo.py:" in echo.log
    assert SECRET not in echo.log


def test_a_request_that_does_not_fit_is_told_where_and_never_what(amqp_url: str, echo: Process) -> None:
    reply = raw_call(amqp_url, "echo.fail", b'{"args":[{"how":"%s"}],"kwargs":{}}' % SECRET.encode())
    assert reply is not None
    assert b'"invalid-request"' in reply and b'"how"' in reply and SECRET.encode() not in reply


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"args":[]}',
        b'{"args":[1,2],"kwargs":{}}',
        b'{"args":[{"text":"a"}],"kwargs":{"b":1}}',
    ],
)
def test_a_malformed_request_is_answered(amqp_url: str, echo: Process, body: bytes) -> None:
    reply = raw_call(amqp_url, "echo.echo", body)
    assert reply is not None and b'"invalid-request"' in reply


def test_an_unknown_method_is_answered(amqp_url: str, echo: Process) -> None:
    reply = raw_call(amqp_url, "echo.nothing", b'{"args":[{}],"kwargs":{}}')
    assert reply is not None and b'"no such method"' in reply


def test_a_call_without_reply_to_harms_nobody(amqp_url: str, echo: Process) -> None:
    before = echo.log.count("without reply_to")
    raw_call(amqp_url, "echo.pause", b'{"args":[{"seconds":0,"mark":"mute"}],"kwargs":{}}', reply=False)
    eventually(lambda: echo.log.count("without reply_to") == before + 1)
    ran = with_client(amqp_url, lambda client: client.call(EchoApi.ran, Text(text="mute"), timeout=5))
    assert ran.count == 0


def test_what_is_too_large_is_refused_on_both_sides(amqp_url: str, echo: Process) -> None:
    reply = error_of(amqp_url, lambda client: client.call(EchoApi.fail, Fail(how="too-large"), timeout=5))
    assert reply.code == ErrorCode.TOO_LARGE and "reply" in reply.detail
    long = Text(text="x" * MAX_MESSAGE_BYTES)
    request = error_of(amqp_url, lambda client: client.call(EchoApi.echo, long, timeout=5))
    assert request.code == ErrorCode.TOO_LARGE and "request" in request.detail


def test_a_service_that_does_not_exist_is_unavailable_at_once(amqp_url: str, echo: Process) -> None:
    async def call(client: RpcClient) -> float:
        started = time.monotonic()
        with pytest.raises(ServiceError) as caught:
            await client.call(NobodyApi.ping, Ping(), timeout=5)
        assert caught.value.code == ErrorCode.UNAVAILABLE
        return time.monotonic() - started

    assert with_client(amqp_url, call) < 0.5


def test_the_caller_waits_no_longer_than_its_deadline(amqp_url: str, echo: Process) -> None:
    async def call(client: RpcClient) -> tuple[float, int]:
        started = time.monotonic()
        with pytest.raises(ServiceError) as caught, deadline(0.2):
            await client.call(EchoApi.pause, Pause(seconds=1.0), timeout=5)
        assert caught.value.code == ErrorCode.DEADLINE_EXCEEDED
        return time.monotonic() - started, client.in_flight

    waited, in_flight = with_client(amqp_url, call)
    assert 0.15 < waited < 0.5
    assert in_flight == 0


def test_the_service_knows_how_long_the_caller_waits(amqp_url: str, echo: Process) -> None:
    reply = with_client(amqp_url, lambda client: client.call(EchoApi.pause, Pause(seconds=0.5), timeout=2))
    assert 1.2 < float(reply.text) <= 1.5


def test_a_call_past_its_deadline_is_not_run(amqp_url: str, echo: Process) -> None:
    request = b'{"args":[{"seconds":0,"mark":"late"}],"kwargs":{}}'
    past = {DEADLINE_HEADER: int(time.time() * 1000) - 10, CORRELATION_HEADER: "late"}
    future = {DEADLINE_HEADER: int(time.time() * 1000) + 5_000}
    raw_call(amqp_url, "echo.pause", request, past, reply=False)
    assert raw_call(amqp_url, "echo.pause", request, past) is None
    assert raw_call(amqp_url, "echo.pause", request, future) is not None
    ran = with_client(amqp_url, lambda client: client.call(EchoApi.ran, Text(text="late"), timeout=5))
    assert ran.count == 1


def test_a_cancelled_call_is_forgotten(amqp_url: str, echo: Process) -> None:
    async def call(client: RpcClient) -> int:
        task = asyncio.create_task(client.call(EchoApi.pause, Pause(seconds=0.3), timeout=5))
        await asyncio.sleep(0.1)
        assert client.in_flight == 1
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return client.in_flight

    assert with_client(amqp_url, call) == 0


def test_calls_in_flight_are_bounded(amqp_url: str, echo: Process) -> None:
    async def calls(client: RpcClient) -> list[object]:
        pauses = (client.call(EchoApi.pause, Pause(seconds=0.2), timeout=5) for _ in range(3))
        return list(await asyncio.gather(*pauses, return_exceptions=True))

    replies = with_client(amqp_url, calls, max_in_flight=2)
    refused = [reply for reply in replies if isinstance(reply, ServiceError)]
    assert [error.code for error in refused] == [ErrorCode.UNAVAILABLE]


def test_workers_wait_for_the_database_side_by_side(amqp_url: str, echo: Process) -> None:
    async def calls(client: RpcClient) -> float:
        warm = (client.call(EchoApi.pause_in_database, Pause(seconds=0.01), timeout=5) for _ in range(20))
        await asyncio.gather(*warm)
        started = time.monotonic()
        pauses = (client.call(EchoApi.pause_in_database, Pause(seconds=0.2), timeout=5) for _ in range(20))
        await asyncio.gather(*pauses)
        return time.monotonic() - started

    assert 0.2 <= with_client(amqp_url, calls) < 1.0


def test_health_and_metrics_are_told(amqp_url: str, echo: Process) -> None:
    with_client(amqp_url, lambda client: client.call(EchoApi.echo, Text(text="counted"), timeout=5))
    assert echo.get("/livez") == (200, "{}")
    assert echo.get("/readyz") == (200, '{"database":true,"broker":true}')
    assert echo.get("/elsewhere")[0] == 404
    status, metrics = echo.get("/metrics")
    assert status == 200
    assert 'rpc_served_total{method="echo",outcome="ok"}' in metrics
    assert "broker_connected 1.0" in metrics
