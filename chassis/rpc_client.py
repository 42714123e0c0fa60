"""Calls to other services from asyncio: typed, with a deadline, over one long-lived connection."""

import asyncio
import time
import typing
import uuid
from collections.abc import Callable
from functools import cache
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

from aio_pika import DeliveryMode, ExchangeType, Message
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage, AbstractQueue
from aio_pika.exceptions import DeliveryError

from chassis import metrics
from chassis.aio_broker import AWAY, Connected, keep_connected
from chassis.correlation import correlation_id, new_correlation_id
from chassis.deadline import remaining
from chassis.rpc_wire import (
    CONTENT_ENCODING,
    CONTENT_TYPE,
    CORRELATION_HEADER,
    DEADLINE_HEADER,
    INTERRUPTED,
    deadline_header,
    decode_reply,
    encode_request,
)
from chassis.topology import RPC_EXCHANGE
from contracts.base import Contract
from contracts.errors import ErrorCode, ServiceError

FIRST_CONNECTION_SECONDS = 2.0

Req = TypeVar("Req", bound=Contract)
Rep = TypeVar("Rep", bound=Contract)


class _Address(NamedTuple):
    """Where requests go, and where replies come to. The queue is held: aio-pika forgets consumers nobody refers to."""

    exchange: AbstractExchange
    reply_queue: AbstractQueue
    reply_to: str


class RpcClient:
    """`async with RpcClient(amqp_url) as client: reply = await client.call(AuthApi.sign_in, credentials, timeout=5)`

    Entering waits at most 2 s for the broker. While it is away, calls fail at once with ServiceError unavailable, and
    the client reconnects by itself within 2 s of the broker's return.
    """

    def __init__(self, amqp_url: str, *, name: str = "gateway", max_in_flight: int = 2_000) -> None:
        self._url = amqp_url
        self._name = name
        self._max_in_flight = max_in_flight
        self._address: _Address | None = None
        self._waiting: dict[str, asyncio.Future[bytes | None]] = {}
        self._first_connection = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._keeper = asyncio.create_task(keep_connected(self._url, self._session))
        first = asyncio.create_task(self._first_connection.wait())
        await asyncio.wait({first, self._keeper}, timeout=FIRST_CONNECTION_SECONDS, return_when="FIRST_COMPLETED")
        first.cancel()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait({self._keeper})

    @property
    def connected(self) -> bool:
        return self._address is not None

    @property
    def in_flight(self) -> int:
        """How many calls wait for a reply."""
        return len(self._waiting)

    async def call(
        self,
        method: Callable[[Any, Req], Rep],
        request: Req,
        *,
        timeout: float,  # noqa: ASYNC109  a deadline that travels with the call, not only a local one
    ) -> Rep:
        """Calls a method of a contract (`MailApi.jmap`) and returns its reply.

        Raises ServiceError: what the service raised; unavailable (broker away, service not running, too many calls in
        flight: at once, nothing is queued); deadline-exceeded after `timeout` seconds or the surrounding
        `chassis.deadline`, whichever is nearer; too-large for a request over MAX_MESSAGE_BYTES.
        A service runs a request at most once; after unavailable with details {"interrupted": true} or
        deadline-exceeded it is not known whether it ran.
        """
        target = _target(method)
        started = time.perf_counter()
        outcome = "cancelled"
        try:
            body = await self._exchange(target, encode_request(request), min(timeout, remaining()))
            reply = decode_reply(body, target.reply_model)
            outcome = "ok"
        except ServiceError as error:
            outcome = str(error.code)
            raise
        finally:
            metrics.rpc_called.labels(target.service, target.name, outcome).inc()
            metrics.rpc_called_seconds.labels(target.service, target.name).observe(time.perf_counter() - started)
        return typing.cast(Rep, reply)

    async def _exchange(self, target: "_Target", body: bytes, seconds: float) -> bytes:
        """Sends a request and waits for the body of its reply."""
        address = self._address
        if address is None:
            raise _unavailable("the broker is away")
        if len(self._waiting) >= self._max_in_flight:
            raise _unavailable("too many calls in flight")
        if seconds <= 0:
            raise ServiceError(ErrorCode.DEADLINE_EXCEEDED, target.key)
        call_id = uuid.uuid4().hex
        future: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._waiting[call_id] = future
        try:
            async with asyncio.timeout(seconds):
                message = _message(body, call_id, address.reply_to, seconds)
                await address.exchange.publish(message, target.key, mandatory=True)
                reply = await future
        except TimeoutError:
            raise ServiceError(ErrorCode.DEADLINE_EXCEEDED, target.key, retryable=True) from None
        except DeliveryError:
            raise _unavailable(f"{target.service} is not running or overloaded") from None
        except AWAY:
            raise _unavailable("the broker went away", INTERRUPTED) from None
        finally:
            del self._waiting[call_id]
        if reply is None:
            raise _unavailable("the broker went away", INTERRUPTED)
        return reply

    async def _session(self, connected: Connected) -> None:
        channel = await connected.channel(confirms=True)
        exchange = await channel.declare_exchange(RPC_EXCHANGE, ExchangeType.TOPIC, durable=True)
        reply_to = str(uuid.uuid4())
        queue = await channel.declare_queue(f"rpc.reply-{self._name}-{reply_to}", exclusive=True, auto_delete=True)
        await queue.bind(exchange, reply_to)
        await queue.consume(self._receive, no_ack=True)
        self._address = _Address(exchange, queue, reply_to)
        self._first_connection.set()
        try:
            await connected.lost
        finally:
            self._address = None
            for future in self._waiting.values():
                if not future.done():
                    future.set_result(None)

    async def _receive(self, message: AbstractIncomingMessage) -> None:
        """Hands a reply to its caller; nobody waits any more for one that comes too late."""
        future = self._waiting.get(message.correlation_id or "")
        if future is not None and not future.done():
            future.set_result(message.body)


class _Target(NamedTuple):
    service: str
    name: str
    key: str
    reply_model: type[Contract]


@cache
def _target(method: Callable[..., Any]) -> _Target:
    service, name = method.__rpc__  # type: ignore[attr-defined]  # set by contracts.base.rpc_service
    return _Target(service, name, f"{service}.{name}", typing.get_type_hints(method)["return"])


def _message(body: bytes, call_id: str, reply_to: str, seconds: float) -> Message:
    return Message(
        body,
        content_type=CONTENT_TYPE,
        content_encoding=CONTENT_ENCODING,
        delivery_mode=DeliveryMode.NOT_PERSISTENT,
        correlation_id=call_id,
        reply_to=reply_to,
        expiration=seconds,
        headers={
            DEADLINE_HEADER: deadline_header(time.time() + seconds),
            CORRELATION_HEADER: correlation_id() or new_correlation_id(),
        },
    )


def _unavailable(detail: str, details: dict[str, object] | None = None) -> ServiceError:
    return ServiceError(ErrorCode.UNAVAILABLE, detail, retryable=True, details=details)
