"""Broadcast events for asyncio processes: each process hears all of them while it listens, none is kept for it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from aio_pika.abc import AbstractIncomingMessage
from pydantic import ValidationError

from chassis.aio_broker import Connected, keep_connected
from chassis.correlation import correlated
from chassis.event_topology import declare_exchange
from chassis.event_wire import CORRELATION_HEADER
from chassis.metrics import UNKNOWN, broadcasts_heard
from chassis.topology import publisher_of
from contracts.base import Event

MAX_WAITING = 10_000
"""A listener that falls further behind loses the oldest events rather than filling the broker."""
PREFETCH = 100

Handler = Callable[[Event], Awaitable[None]]

_log = logging.getLogger(__name__)


async def listen_broadcast(
    amqp_url: str,
    events: Sequence[type[Event]],
    handler: Handler,
    *,
    on_gap: Callable[[], Awaitable[None]],
) -> None:
    """Calls `handler` with each event, one after the other, until cancelled; reconnects by itself.

    `on_gap` is called each time listening (re)starts, before the first event: what happened meanwhile is unknown, so
    drop what was cached. A handler that raises is logged; the next event follows.
    """
    known = {event.type: event for event in events}

    async def session(connected: Connected) -> None:
        channel = await connected.channel(confirms=False)
        await channel.set_qos(prefetch_count=PREFETCH)
        queue = await channel.declare_queue(
            exclusive=True, auto_delete=True, arguments={"x-max-length": MAX_WAITING, "x-overflow": "drop-head"}
        )
        for event in events:
            await queue.bind(await declare_exchange(channel, publisher_of(event.type)), event.type)
        await on_gap()
        heard: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        await queue.consume(heard.put)
        await connected.run_until_lost(_hear_for_ever(heard, known, handler))

    await keep_connected(amqp_url, session)


async def _hear_for_ever(
    heard: asyncio.Queue[AbstractIncomingMessage], known: dict[str, type[Event]], handler: Handler
) -> None:
    """One after the other, so that an account's states do not overtake each other; PREFETCH bounds the queue."""
    while True:
        await _hear(await heard.get(), known, handler)


async def _hear(message: AbstractIncomingMessage, known: dict[str, type[Event]], handler: Handler) -> None:
    """Acknowledged whatever happens: a broadcast is not tried again."""
    model = known.get(message.routing_key or "")
    outcome = "unreadable"
    with correlated(message.headers.get(CORRELATION_HEADER)):
        try:
            if model is not None:
                await handler(model.model_validate_json(message.body))
                outcome = "heard"
        except ValidationError as error:
            _log.error("a broadcast does not fit its contract", exc_info=error)
        except Exception as error:  # noqa: BLE001  one event must not end the listening
            outcome = "failed"
            _log.error("a broadcast failed", exc_info=error)
    broadcasts_heard.labels(model.type if model else UNKNOWN, outcome).inc()
    await message.ack()
