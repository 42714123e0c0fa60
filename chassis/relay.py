"""Publishes a service's outbox: confirmed and, where somebody must hear it, mandatory; then deletes the row."""

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Any

import asyncpg
from aio_pika.abc import AbstractChannel, AbstractExchange

from chassis.aio_broker import Connected, keep_connected
from chassis.event_topology import declare_for_publisher
from chassis.health import AsyncHealthServer
from chassis.inbox import forget_old
from chassis.metrics import outbox_lag_seconds
from chassis.outbox_batch import BATCH_ROWS, publish_batch
from contracts.base import Event

BUSY_POLL_SECONDS = 0.02
IDLE_POLL_SECONDS = 0.1
BUSY_FOR_SECONDS = 1.0
HOUSEKEEPING_SECONDS = 15.0
DATABASE_CONNECT_SECONDS = 5.0
DATABASE_RETRY_SECONDS = 0.5
STATEMENT_SECONDS = 20.0

DATABASE_AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""The third is what asyncpg makes of a connection that is cut in the middle of a statement."""

_LAG = "SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 FROM outbox"

_log = logging.getLogger(__name__)


async def run_relay(
    database_url: str,
    amqp_url: str,
    service_name: str,
    *,
    events: Sequence[type[Event]],
    health: AsyncHealthServer | None = None,
) -> None:
    """Runs until cancelled (see chassis.aio.run). `events` are all that `service_name` publishes: the exchange and the
    queue of every consumer they name are declared before anything is published, so an event waits for a consumer that
    never ran yet. Several relays of one service may run. Each event is published at least once, with its id, in the
    order of the rows as far as failures and neighbours allow.
    """
    relay = Relay(database_url, service_name, events)
    if health is not None:
        health.add_check("broker", relay.broker_ready)
        health.add_check("database", relay.database_ready)
    await keep_connected(amqp_url, relay.session)


class Relay:
    def __init__(self, database_url: str, service_name: str, events: Sequence[type[Event]]) -> None:
        foreign = [event.type for event in events if not event.type.startswith(f"{service_name}.")]
        if foreign:
            raise TypeError(f"{service_name} cannot publish {', '.join(foreign)}")
        self._database_url = database_url
        self._service_name = service_name
        self._events = events
        self._known = frozenset(event.type for event in events)
        self._broker = False
        self._database = False

    async def broker_ready(self) -> bool:
        return self._broker

    async def database_ready(self) -> bool:
        return self._database

    async def session(self, connected: Connected) -> None:
        """Publishes for as long as the connection to the broker stands."""
        channel = await connected.channel(confirms=True)
        exchange = await declare_for_publisher(channel, self._service_name, self._events)
        self._broker = True
        try:
            await connected.run_until_lost(self._publish(channel, exchange))
        finally:
            self._broker = False

    async def _publish(self, channel: AbstractChannel, exchange: AbstractExchange) -> None:
        """Returns when the broker went away; waits for the database as long as it takes."""
        while True:
            connection = await self._connect()
            self._database = True
            try:
                await self._drain(connection, channel, exchange)
                return
            except DATABASE_AWAY as error:
                _log.warning("the database went away", extra={"cause": error})
            finally:
                self._database = False
                connection.terminate()
            await asyncio.sleep(DATABASE_RETRY_SECONDS)

    async def _connect(self) -> Any:
        while True:
            try:
                return await asyncpg.connect(
                    self._database_url, timeout=DATABASE_CONNECT_SECONDS, command_timeout=STATEMENT_SECONDS
                )
            except DATABASE_AWAY as error:
                _log.warning("the database is away", extra={"cause": error})
                await asyncio.sleep(DATABASE_RETRY_SECONDS)

    async def _drain(self, connection: Any, channel: AbstractChannel, exchange: AbstractExchange) -> None:
        """Publishes batch after batch. Polls rather than listens, see docs/adr/0012-outbox-relay-polls.md."""
        busy_until = housekeeping_at = 0.0
        while True:
            batch = await publish_batch(connection, exchange, self._known)
            if batch.broker_lost:
                return
            if batch.refused:
                await declare_for_publisher(channel, self._service_name, self._events)
            now = time.monotonic()
            if now >= housekeeping_at:
                housekeeping_at = now + HOUSEKEEPING_SECONDS
                outbox_lag_seconds.set(await connection.fetchval(_LAG))
                await forget_old(connection)
            if batch.published:
                busy_until = now + BUSY_FOR_SECONDS
            if batch.published < BATCH_ROWS:
                await asyncio.sleep(BUSY_POLL_SECONDS if now < busy_until else IDLE_POLL_SECONDS)
