"""A service that answers RPC from asyncio, with the chassis's wire format and none of nameko: the proof of
docs/adr/0014-nameko-is-replaceable.md."""

import asyncio
import typing
from types import TracebackType
from typing import Any, Self

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from chassis.deadline import deadline_at, expired
from chassis.failures import as_service_error
from chassis.rpc_wire import CONTENT_ENCODING, CONTENT_TYPE, decode_request, encode_error, encode_reply, read_deadline
from chassis.topology import RPC_EXCHANGE, rpc_queue, rpc_queue_arguments


class AsyncResponder:
    """Offers each method of `contract` that `service` implements by a coroutine of the same name."""

    def __init__(self, amqp_url: str, contract: type, service: object) -> None:
        self._amqp_url, self._service = amqp_url, service
        marked = [member for member in vars(contract).values() if hasattr(member, "__rpc__")]
        self._name: str = marked[0].__rpc__[0]
        self._requests = {member.__name__: typing.get_type_hints(member)["request"] for member in marked}

    async def __aenter__(self) -> Self:
        self._connection = await aio_pika.connect(self._amqp_url)
        channel = await self._connection.channel(publisher_confirms=False)
        self._exchange = await channel.declare_exchange(RPC_EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True)
        self._queue = await channel.declare_queue(rpc_queue(self._name), durable=True, arguments=rpc_queue_arguments())
        await self._queue.bind(self._exchange, f"{self._name}.*")
        await self._queue.consume(self._answer)
        return self

    async def _answer(self, message: AbstractIncomingMessage) -> None:
        method = (message.routing_key or "").rpartition(".")[2]
        with deadline_at(read_deadline(dict(message.headers), 30.0)):
            if message.reply_to and not expired():
                properties: dict[str, Any] = {"content_type": CONTENT_TYPE, "content_encoding": CONTENT_ENCODING}
                body = await self._outcome(method, message.body)
                reply = aio_pika.Message(body, correlation_id=message.correlation_id, **properties)
                await self._exchange.publish(reply, message.reply_to)
        await message.ack()

    async def _outcome(self, method: str, body: bytes) -> bytes:
        try:
            request = decode_request(body, self._requests[method])
            return encode_reply(await getattr(self._service, method)(request))
        except Exception as error:  # noqa: BLE001  every failure has an answer
            return encode_error(as_service_error(error))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.wait_for(self._connection.close(), 5)
