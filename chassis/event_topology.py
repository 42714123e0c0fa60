"""Declares, by aio-pika, what must stand before an event is published or heard. nameko consumers declare the
same by chassis.event_consumer."""

from collections.abc import Iterable, Sequence

from aio_pika import ExchangeType
from aio_pika.abc import AbstractChannel, AbstractExchange, AbstractQueue

from chassis.topology import (
    dead_queue,
    dead_queue_arguments,
    event_queue,
    event_queue_arguments,
    exchange_of,
    publisher_of,
)
from contracts.base import Event


async def declare_exchange(channel: AbstractChannel, service: str) -> AbstractExchange:
    return await channel.declare_exchange(exchange_of(service), ExchangeType.TOPIC, durable=True)


async def declare_for_publisher(
    channel: AbstractChannel, service: str, events: Iterable[type[Event]]
) -> AbstractExchange:
    """The exchange of `service`, and the queues of every consumer of its events, so that none is published before its
    consumer's queue exists."""
    exchange = await declare_exchange(channel, service)
    for event in events:
        for consumer in event.consumers:
            await _declare_queue(channel, exchange, consumer, event)
    return exchange


async def declare_for_consumer(
    channel: AbstractChannel, consumer: str, events: Sequence[type[Event]]
) -> list[AbstractQueue]:
    """The queues in which `consumer` finds these events, one each."""
    queues = []
    for event in events:
        exchange = await declare_exchange(channel, publisher_of(event.type))
        queues.append(await _declare_queue(channel, exchange, consumer, event))
    return queues


async def _declare_queue(
    channel: AbstractChannel, exchange: AbstractExchange, consumer: str, event: type[Event]
) -> AbstractQueue:
    name = event_queue(consumer, event.type)
    await channel.declare_queue(dead_queue(name), durable=True, arguments=dead_queue_arguments())
    queue = await channel.declare_queue(name, durable=True, arguments=event_queue_arguments(name))
    await queue.bind(exchange, event.type)
    return queue
