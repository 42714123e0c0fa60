"""Durable events for asyncio processes, taken in together: what came since the last time is handled in one go.

For consumers whose effect is the newest value, not the sum: each event comes at least once, so a handler must not mind
meeting one again. nameko services take in events one by one, each exactly once: chassis.events.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from aio_pika.abc import AbstractIncomingMessage
from pydantic import ValidationError

from chassis.aio_broker import Connected, keep_connected
from chassis.event_topology import declare_for_consumer
from chassis.failures import is_outage
from chassis.metrics import events_handled
from contracts.base import Event

MOST_AT_ONCE = 200
GATHER_SECONDS = 0.1
"""How long the first of a batch waits for others."""
PAUSE_SECONDS = 1.0
ATTEMPTS = 8

DONE = "done"
DEAD = "dead"

Handler = Callable[[list[Event]], Awaitable[None]]

_log = logging.getLogger(__name__)


async def take_in_batches(
    amqp_url: str,
    events: Sequence[type[Event]],
    handler: Handler,
    *,
    consumer: str,
    on_connection: Callable[[bool], None],
) -> None:
    """Calls `handler` with up to MOST_AT_ONCE events at a time, in the order they came in, until cancelled. They are
    acknowledged once it returns. When it raises, the same are tried again: for as long as the database is away,
    otherwise ATTEMPTS times, and then they go to their dead-letter queues. `on_connection` is told whether the broker
    is there."""
    known = {event.type: event for event in events}

    async def session(connected: Connected) -> None:
        channel = await connected.channel(confirms=False)
        await channel.set_qos(prefetch_count=MOST_AT_ONCE)
        arrived: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        queues = await declare_for_consumer(channel, consumer, events)
        for queue in queues:
            await queue.consume(arrived.put)
        on_connection(True)
        try:
            await connected.run_until_lost(_work(arrived, known, handler, consumer))
        finally:
            on_connection(False)

    await keep_connected(amqp_url, session)


async def _work(
    arrived: asyncio.Queue[AbstractIncomingMessage], known: dict[str, type[Event]], handler: Handler, consumer: str
) -> None:
    while True:
        taken: list[tuple[AbstractIncomingMessage, Event]] = []
        for message in await _gather(arrived):
            event = _read(message, known)
            if event is None:
                await _settle(message, consumer, DEAD)
            else:
                taken.append((message, event))
        outcome = await _handle([event for _, event in taken], handler)
        for message, _ in taken:
            await _settle(message, consumer, outcome)


async def _settle(message: AbstractIncomingMessage, consumer: str, outcome: str) -> None:
    """What is dead, its queue hands to the dead-letter queue."""
    if outcome == DONE:
        await message.ack()
    else:
        await message.reject(requeue=False)
    events_handled.labels(consumer, message.routing_key, outcome).inc()


async def _gather(arrived: asyncio.Queue[AbstractIncomingMessage]) -> list[AbstractIncomingMessage]:
    messages = [await arrived.get()]
    try:
        async with asyncio.timeout(GATHER_SECONDS):
            while len(messages) < MOST_AT_ONCE:
                messages.append(await arrived.get())
    except TimeoutError:
        return messages
    return messages


def _read(message: AbstractIncomingMessage, known: dict[str, type[Event]]) -> Event | None:
    """None when it fits no contract: it will not get better."""
    try:
        return known[message.routing_key or ""].model_validate_json(message.body)
    except (KeyError, ValidationError) as error:
        _log.error("an event does not fit its contract", exc_info=error, extra={"event_id": message.message_id})
        return None


async def _handle(events: list[Event], handler: Handler) -> str:
    """DONE, or DEAD when it could not be done."""
    failed = 0
    while events and failed < ATTEMPTS:
        try:
            await handler(events)
        except Exception as error:  # noqa: BLE001  whatever a handler raises is its failure, not the process's
            outage = is_outage(error)
            failed += not outage
            _log.warning("events could not be taken in", exc_info=error, extra={"failed": failed, "outage": outage})
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return DONE
    return DEAD
