"""Events when the consumer, the relay or the queue is not there, or ends at the worst moment."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import asyncpg
import pytest

from chassis.db import Database
from chassis.event_topology import declare_for_publisher
from chassis.event_wire import RetryPolicy
from chassis.outbox_batch import publish_batch
from chassis.topology import DELIVERY_LIMIT, dead_queue, event_queue
from tests.integration.bus.contract import LINGER_SECONDS, Counted
from tests.integration.bus.harness import Process, eventually, running
from tests.integration.bus.observe import on_channel, publish, total, tries, waiting

QUEUE = event_queue("sink", Counted.type)
SINK_ATTEMPTS = 4
POISON_SECONDS = 20.0


@pytest.fixture(scope="module")
def own_amqp_url(request: pytest.FixtureRequest) -> str:
    """A virtual host where no consumer ever ran."""
    return str(request.getfixturevalue("new_amqp_url")())


@pytest.fixture(scope="module")
def settings(own_amqp_url: str, bus_database_url: str) -> dict[str, str]:
    return {"AMQP_URL": own_amqp_url, "DATABASE_URL": bus_database_url}


@pytest.fixture
def relay(settings: dict[str, str], folder: Path) -> Iterator[Process]:
    with running("relay", folder, **settings) as process:
        yield process


def test_what_was_published_before_its_consumer_ever_ran_is_not_lost(
    database: Database, relay: Process, settings: dict[str, str], folder: Path
) -> None:
    publish(database, *(Counted(name="early") for _ in range(50)))
    eventually(lambda: waiting(database) == 0)
    with running("sink", folder, **settings):
        eventually(lambda: total(database, "early") == 50)


def test_an_effect_that_was_committed_but_not_acknowledged_is_not_repeated(
    database: Database, relay: Process, settings: dict[str, str], folder: Path
) -> None:
    publish(database, Counted(name="unacknowledged"))
    assert Process("sink", folder, DIE_BEFORE_ACK="yes", **settings).ended() < 0
    assert total(database, "unacknowledged") == 1
    with running("sink", folder, **settings) as sink:
        eventually(lambda: 'outcome="duplicate"} 1.0' in sink.get("/metrics")[1])
    assert total(database, "unacknowledged") == 1


def test_a_consumer_killed_in_the_middle_leaves_no_half_effect_and_the_event_comes_again(
    database: Database, relay: Process, settings: dict[str, str], folder: Path
) -> None:
    with running("sink", folder, **settings) as sink:
        publish(database, Counted(name="lingered", how="linger"))
        eventually(lambda: tries(database, "lingered") == 1)
        sink.kill()
        assert total(database, "lingered") == 0
        sink.restart()
        eventually(lambda: total(database, "lingered") == 1, LINGER_SECONDS / 2)
    assert tries(database, "lingered") == 2


def test_an_event_that_kills_its_consumer_is_set_aside_and_its_neighbours_get_through(
    own_amqp_url: str, database: Database, relay: Process, settings: dict[str, str], folder: Path
) -> None:
    async def dead(channel: aio_pika.abc.AbstractChannel) -> int:
        queue = await channel.get_queue(dead_queue(QUEUE))
        return queue.declaration_result.message_count or 0

    crashes = 0
    publish(
        database,
        *(Counted(name="neighbour") for _ in range(5)),
        Counted(name="poison", how="crash"),
        *(Counted(name="neighbour") for _ in range(20)),
    )
    sink = Process("sink", folder, **settings)
    try:
        until = time.monotonic() + POISON_SECONDS
        while not (total(database, "neighbour") == 25 and on_channel(own_amqp_url, dead) == 1):
            assert time.monotonic() < until
            if not sink.alive:
                crashes += 1
                sink.restart()
            time.sleep(0.05)
        assert sink.alive
    finally:
        sink.stop()
    assert SINK_ATTEMPTS <= crashes <= DELIVERY_LIMIT
    assert crashes == tries(database, "poison")
    assert total(database, "poison") == 0


def test_a_relay_that_ends_between_publishing_and_deleting_publishes_again_to_no_effect(
    own_amqp_url: str, bus_database_url: str, database: Database, settings: dict[str, str], folder: Path
) -> None:
    class Ended(Exception):
        pass

    async def publish_and_end() -> int:
        async with await aio_pika.connect(own_amqp_url) as broker:
            channel = await broker.channel(publisher_confirms=True, on_return_raises=True)
            exchange = await declare_for_publisher(channel, "source", [Counted])
            connection = await asyncpg.connect(bus_database_url)
            try:
                async with connection.transaction():
                    batch = await publish_batch(connection, exchange, frozenset({Counted.type}))
                    raise Ended
            except Ended:
                return batch.published
            finally:
                await connection.close()

    publish(database, *(Counted(name="twice") for _ in range(10)))
    assert asyncio.run(publish_and_end()) == 10
    assert waiting(database) == 10
    with running("relay", folder, **settings), running("sink", folder, **settings) as sink:
        eventually(lambda: 'outcome="duplicate"} 10.0' in sink.get("/metrics")[1])
    assert total(database, "twice") == 10
    assert waiting(database) == 0


def test_an_event_whose_queue_was_deleted_stays_until_the_queue_is_back(
    own_amqp_url: str, database: Database, relay: Process, settings: dict[str, str], folder: Path
) -> None:
    async def delete(channel: aio_pika.abc.AbstractChannel) -> None:
        await channel.queue_delete(QUEUE)

    on_channel(own_amqp_url, delete)
    publish(database, Counted(name="unroutable"))
    eventually(lambda: "an event was not taken" in relay.log)
    assert waiting(database) == 1
    with running("sink", folder, **settings):
        eventually(lambda: total(database, "unroutable") == 1)
    assert waiting(database) == 0


def test_order_is_kept_and_two_relays_publish_each_event_once(
    own_amqp_url: str, database: Database, settings: dict[str, str], relay: Process, folder: Path
) -> None:
    async def take_all(channel: aio_pika.abc.AbstractChannel) -> list[int]:
        queue = await channel.get_queue(QUEUE)
        taken = []
        while (message := await queue.get(no_ack=True, fail=False)) is not None:
            taken.append(Counted.model_validate_json(message.body).amount)
        return taken

    publish(database, *(Counted(name="ordered", amount=n) for n in range(300)))
    eventually(lambda: waiting(database) == 0)
    assert on_channel(own_amqp_url, take_all) == list(range(300))
    with running("relay", folder, **settings):
        for start in range(0, 300, 15):
            publish(database, *(Counted(name="shared", amount=n) for n in range(start, start + 15)))
        eventually(lambda: waiting(database) == 0)
    assert sorted(on_channel(own_amqp_url, take_all)) == list(range(300))


def test_the_policy_of_services_gives_a_handler_minutes() -> None:
    policy = RetryPolicy()
    waits = [policy.delays_ms[min(n, len(policy.delays_ms) - 1)] for n in range(policy.attempts - 1)]
    assert sum(waits) > 300_000
