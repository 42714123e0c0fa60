"""Durable events taken in together by an asyncio process."""

import asyncio
from collections.abc import Callable
from typing import ClassVar
from uuid import uuid4

import aio_pika
import psycopg2
import pytest
from prometheus_client import REGISTRY

import chassis.event_batches as event_batches
from chassis.event_batches import ATTEMPTS, MOST_AT_ONCE, take_in_batches
from chassis.topology import dead_queue, event_exchange, event_queue
from contracts.base import Event
from tests.integration.bus.harness import eventually
from tests.integration.bus.observe import on_channel

SECONDS = 15.0


class Stated(Event):
    type: ClassVar[str] = "source.stated"
    consumers: ClassVar[tuple[str, ...]] = ("batcher",)
    text: str


QUEUE = event_queue("batcher", Stated.type)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_batches, "PAUSE_SECONDS", 0.01)


class Taker:
    """Keeps each batch that it was given; raises what `fails` holds, one each time."""

    def __init__(self, *fails: Exception) -> None:
        self.batches: list[list[str]] = []
        self.fails = list(fails)
        self.connected = asyncio.Event()

    @property
    def texts(self) -> list[str]:
        return [text for batch in self.batches for text in batch]

    async def take(self, events: list[Event]) -> None:
        self.batches.append([event.text for event in events if isinstance(event, Stated)])
        if self.fails:
            raise self.fails.pop(0)

    def on_connection(self, stands: bool) -> None:
        if stands:
            self.connected.set()


def publish(amqp_url: str, *bodies: bytes) -> None:
    async def send(channel: aio_pika.abc.AbstractChannel) -> None:
        exchange = await channel.get_exchange(event_exchange(Stated.type))
        for body in bodies:
            await exchange.publish(aio_pika.Message(body, message_id=str(uuid4())), Stated.type)

    on_channel(amqp_url, send)


def texts(*given: object) -> list[bytes]:
    return [Stated(text=str(text)).model_dump_json().encode() for text in given]


def settled() -> int:
    """How many events this process has acknowledged, or given up."""
    counted = (
        REGISTRY.get_sample_value(
            "events_handled_total", {"consumer": "batcher", "event": Stated.type, "outcome": outcome}
        )
        for outcome in (event_batches.DONE, event_batches.DEAD)
    )
    return int(sum(count or 0 for count in counted))


def run(amqp_url: str, taker: Taker, count: int, act: Callable[[], None]) -> None:
    """Listens, does `act`, and goes once `count` events more are settled."""
    before = settled()

    async def main() -> None:
        taking = asyncio.create_task(
            take_in_batches(amqp_url, [Stated], taker.take, consumer="batcher", on_connection=taker.on_connection)
        )
        try:
            async with asyncio.timeout(SECONDS):
                await taker.connected.wait()
                await asyncio.to_thread(act)
            await asyncio.to_thread(eventually, lambda: settled() == before + count)
        finally:
            taking.cancel()
            await asyncio.wait({taking})

    asyncio.run(main())


def waiting(amqp_url: str, queue: str) -> int:
    """How many are in the queue once nobody has any in hand."""

    async def count(channel: aio_pika.abc.AbstractChannel) -> int:
        declared = await channel.declare_queue(queue, passive=True)
        return declared.declaration_result.message_count or 0

    return on_channel(amqp_url, count)


def test_what_waits_is_taken_in_together_in_its_order_and_only_then_acknowledged(amqp_url: str) -> None:
    taker = Taker()
    bodies = texts(*range(MOST_AT_ONCE + 50))
    run(amqp_url, taker, len(bodies), lambda: publish(amqp_url, *bodies))
    assert taker.texts == [str(number) for number in range(len(bodies))]
    assert len(taker.batches) < 50
    assert waiting(amqp_url, QUEUE) == 0


def test_what_came_while_nobody_listened_is_kept(amqp_url: str) -> None:
    publish(amqp_url, *texts("kept"))
    taker = Taker()
    run(amqp_url, taker, 1, lambda: None)
    assert taker.texts == ["kept"]
    assert waiting(amqp_url, QUEUE) == 0


def test_an_outage_is_waited_out_and_other_failures_are_tried_again(amqp_url: str) -> None:
    outage = [psycopg2.OperationalError("away") for _ in range(ATTEMPTS + 2)]
    taker = Taker(*outage, ValueError("once"))
    run(amqp_url, taker, 1, lambda: publish(amqp_url, *texts("a")))
    assert taker.batches == [["a"]] * (len(outage) + 2)
    assert waiting(amqp_url, QUEUE) == waiting(amqp_url, dead_queue(QUEUE)) == 0


def test_what_cannot_succeed_and_what_nobody_can_read_is_set_aside(amqp_url: str) -> None:
    taker = Taker(*[ValueError("always") for _ in range(ATTEMPTS)])
    run(amqp_url, taker, 1, lambda: publish(amqp_url, *texts("poison")))
    run(amqp_url, taker, 3, lambda: publish(amqp_url, b"{", b'{"other": 1}', *texts("next")))
    assert taker.texts == ["poison"] * ATTEMPTS + ["next"]
    assert waiting(amqp_url, QUEUE) == 0
    assert waiting(amqp_url, dead_queue(QUEUE)) == 3
