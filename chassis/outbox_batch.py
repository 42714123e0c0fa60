"""One batch of a relay: claim rows, publish them, delete what the broker confirmed, put off what it would not take."""

import asyncio
import logging
from typing import Any, NamedTuple

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractExchange
from aio_pika.exceptions import DeliveryError

from chassis.aio_broker import AWAY
from chassis.event_wire import CONTENT_TYPE, CORRELATION_HEADER
from chassis.metrics import UNKNOWN, outbox_published

BATCH_ROWS = 200
CONFIRM_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 60

_ANY = "SELECT EXISTS (SELECT FROM outbox WHERE not_before <= now())"
_CLAIM = """
    SELECT id, exchange, routing_key, mandatory, payload, correlation_id FROM outbox
    WHERE not_before <= now() ORDER BY position LIMIT $1 FOR UPDATE SKIP LOCKED
"""
_DELETE = "DELETE FROM outbox WHERE id = ANY($1)"
_PUT_OFF = """
    UPDATE outbox SET failures = failures + 1,
           not_before = now() + make_interval(secs => least($2, power(2, least(failures, 10))))
    WHERE id = ANY($1)
"""

_log = logging.getLogger(__name__)


class Batch(NamedTuple):
    """How many rows were published, how many the broker would not take, and whether it went away meanwhile."""

    published: int
    refused: int
    broker_lost: bool


async def publish_batch(connection: Any, exchange: AbstractExchange, known: frozenset[str]) -> Batch:
    """`connection` is asyncpg's. A crash before the commit leaves the rows as they were: they are published again, and
    consumers tell by the event's id. `known` are the event types that `exchange` may carry."""
    if not await connection.fetchval(_ANY):
        return Batch(0, 0, False)
    async with connection.transaction():
        rows = await connection.fetch(_CLAIM, BATCH_ROWS)
        outcomes = await asyncio.gather(*(_publish(exchange, row, known) for row in rows))
        published = [row["id"] for row, outcome in zip(rows, outcomes, strict=True) if outcome == "published"]
        refused = [row["id"] for row, outcome in zip(rows, outcomes, strict=True) if outcome == "refused"]
        if published:
            await connection.execute(_DELETE, published)
        if refused:
            await connection.execute(_PUT_OFF, refused, LONGEST_PAUSE_SECONDS)
    return Batch(len(published), len(refused), "lost" in outcomes)


async def _publish(exchange: AbstractExchange, row: Any, known: frozenset[str]) -> str:
    event_type = row["routing_key"]
    outcome = await _attempt(exchange, row) if event_type in known and row["exchange"] == exchange.name else "refused"
    outbox_published.labels(event_type if event_type in known else UNKNOWN, outcome).inc()
    if outcome == "refused":
        _log.error("an event was not taken", extra={"event": event_type, "event_id": str(row["id"])})
    return outcome


async def _attempt(exchange: AbstractExchange, row: Any) -> str:
    """Persistent where somebody must hear it; a broadcast is for those who listen now."""
    message = Message(
        row["payload"].encode(),
        content_type=CONTENT_TYPE,
        message_id=str(row["id"]),
        delivery_mode=DeliveryMode.PERSISTENT if row["mandatory"] else DeliveryMode.NOT_PERSISTENT,
        headers={CORRELATION_HEADER: row["correlation_id"]},
    )
    try:
        async with asyncio.timeout(CONFIRM_SECONDS):
            await exchange.publish(message, row["routing_key"], mandatory=row["mandatory"])
    except DeliveryError:
        return "refused"
    except AWAY:
        return "lost"
    return "published"
