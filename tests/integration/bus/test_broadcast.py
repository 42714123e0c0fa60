"""Broadcasts: heard by every process that listens, in order, whatever a handler does."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.broadcast import listen_broadcast
from chassis.correlation import correlated, correlation_id
from chassis.db import Database
from contracts.base import Event
from tests.integration.bus.contract import Noticed
from tests.integration.bus.harness import Process, eventually, running
from tests.integration.bus.observe import publish, waiting


@pytest.fixture(scope="module")
def relay(amqp_url: str, bus_database_url: str, folder: Path) -> Iterator[Process]:
    with running("relay", folder, AMQP_URL=amqp_url, DATABASE_URL=bus_database_url) as process:
        yield process


class Listener:
    """Keeps what it hears, as (text, correlation id)."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.gaps = 0
        self.listening = asyncio.Event()

    async def on_gap(self) -> None:
        self.gaps += 1
        self.listening.set()

    async def hear(self, event: Event) -> None:
        assert isinstance(event, Noticed)
        if event.text == "break":
            raise ValueError(event.text)
        self.heard.append((event.text, correlation_id()))


async def until(listener: Listener, count: int) -> None:
    await asyncio.to_thread(eventually, lambda: len(listener.heard) >= count)


def test_every_listener_hears_everything_in_order_even_after_a_failure(
    amqp_url: str, database: Database, relay: Process
) -> None:
    async def main() -> list[Listener]:
        listeners = [Listener(), Listener()]
        tasks = [
            asyncio.create_task(listen_broadcast(amqp_url, [Noticed], each.hear, on_gap=each.on_gap))
            for each in listeners
        ]
        for each in listeners:
            async with asyncio.timeout(5):
                await each.listening.wait()
        with correlated("behind-the-notice"):
            texts = ["break", *(str(n) for n in range(30))]
            await asyncio.to_thread(publish, database, *(Noticed(text=text) for text in texts))
        for each in listeners:
            await until(each, 30)
        for task in tasks:
            task.cancel()
        return listeners

    for listener in asyncio.run(main()):
        assert listener.heard == [(str(n), "behind-the-notice") for n in range(30)]
        assert listener.gaps == 1


def test_a_broadcast_that_nobody_hears_leaves_the_outbox_all_the_same(
    amqp_url: str, database: Database, relay: Process
) -> None:
    publish(database, Noticed(text="to the wind"))

    eventually(lambda: waiting(database) == 0)
