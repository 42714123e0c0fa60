"""What the tests do to the bus and the database, and what they see there."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aio_pika
import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from chassis.db import Database
from chassis.outbox import enqueue
from chassis.topology import event_exchange
from contracts.base import Event
from tests.integration.bus.contract import Counted

T = TypeVar("T")


def publish(database: Database, *events: Event) -> list[str]:
    with database.transaction() as tx:
        return [enqueue(tx, event) for event in events]


def total(database: Database, name: str) -> int:
    with database.transaction() as tx:
        row = tx.one("SELECT total FROM counter WHERE name = %s", (name,))
    return int(row["total"]) if row else 0


def tries(database: Database, name: str) -> int:
    with database.transaction() as tx:
        row = tx.one("SELECT count FROM tries WHERE name = %s", (name,))
    return int(row["count"]) if row else 0


def waiting(database: Database) -> int:
    with database.transaction() as tx:
        return int(tx.only("SELECT count(*) AS n FROM outbox")["n"])


def on_channel(amqp_url: str, use: Callable[[aio_pika.abc.AbstractChannel], Awaitable[T]]) -> T:
    async def main() -> T:
        async with await aio_pika.connect(amqp_url) as connection:
            return await use(await connection.channel())

    return asyncio.run(main())


def publish_by_hand(amqp_url: str, body: bytes, message_id: str, times: int = 1) -> None:
    async def send(channel: aio_pika.abc.AbstractChannel) -> None:
        exchange = await channel.get_exchange(event_exchange(Counted.type))
        for _ in range(times):
            await exchange.publish(aio_pika.Message(body, message_id=message_id), Counted.type)

    on_channel(amqp_url, send)


class NoConnections:
    """Within the block the database takes no connection and has none."""

    def __init__(self, admin_url: str, name: str) -> None:
        self._connection = psycopg2.connect(admin_url)
        self._connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        self._name = name

    def __enter__(self) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {self._name} CONNECTION LIMIT 0")
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (self._name,))

    def __exit__(self, *_: object) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {self._name} CONNECTION LIMIT -1")
        self._connection.close()
