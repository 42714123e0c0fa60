"""Durable events: from a committed outbox row to one effect, whatever dies between."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
import pytest

from chassis.correlation import correlated
from chassis.db import Database
from chassis.event_wire import ATTEMPTS_HEADER, REASON_HEADER, WAITS_HEADER
from chassis.outbox import enqueue
from chassis.topology import dead_queue, event_queue
from tests.integration.bus.contract import SECRET, Counted
from tests.integration.bus.harness import Process, eventually, running
from tests.integration.bus.observe import (
    NoConnections,
    on_channel,
    publish,
    publish_by_hand,
    total,
    tries,
    waiting,
)

QUEUE = event_queue("sink", Counted.type)
ATTEMPTS = 4
"""Of the sink's retry policy."""


@pytest.fixture(scope="module")
def relay(amqp_url: str, bus_database_url: str, folder: Path) -> Iterator[Process]:
    with running("relay", folder, AMQP_URL=amqp_url, DATABASE_URL=bus_database_url) as process:
        yield process


@pytest.fixture(scope="module")
def sink(amqp_url: str, bus_database_url: str, folder: Path) -> Iterator[Process]:
    with running("sink", folder, AMQP_URL=amqp_url, DATABASE_URL=bus_database_url) as process:
        yield process


def dead_letter(amqp_url: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Takes one event from the dead-letter queue: its body and headers."""

    async def take(channel: aio_pika.abc.AbstractChannel) -> tuple[dict[str, Any], dict[str, Any]] | None:
        queue = await channel.get_queue(dead_queue(QUEUE))
        message = await queue.get(fail=False)
        if message is None:
            return None
        await message.ack()
        return json.loads(message.body or b"{}"), dict(message.headers)

    return on_channel(amqp_url, take)


def find_dead_letter(amqp_url: str) -> tuple[dict[str, Any], dict[str, Any]]:
    found: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def look() -> bool:
        letter = dead_letter(amqp_url)
        found.extend([letter] if letter else [])
        return bool(found)

    eventually(look, every=0.1)
    return found[0]


def test_an_event_has_its_effect_once_and_leaves_the_outbox(database: Database, relay: Process, sink: Process) -> None:
    with correlated("the-request-behind-it"):
        publish(database, Counted(name="once"))
    eventually(lambda: total(database, "once") == 1)
    eventually(lambda: waiting(database) == 0)
    assert 'outbox_published_total{event="source.counted",outcome="published"}' in relay.get("/metrics")[1]
    metrics = sink.get("/metrics")[1]
    assert 'events_handled_total{consumer="sink",event="source.counted",outcome="done"}' in metrics


def test_nothing_is_published_by_a_transaction_that_rolls_back(
    database: Database, relay: Process, sink: Process
) -> None:
    with pytest.raises(RuntimeError), database.transaction() as tx:
        enqueue(tx, Counted(name="undone"))
        raise RuntimeError
    publish(database, Counted(name="after-undone"))
    eventually(lambda: total(database, "after-undone") == 1)
    assert total(database, "undone") == 0


def test_a_repeated_event_has_its_effect_once(amqp_url: str, database: Database, relay: Process, sink: Process) -> None:
    publish_by_hand(amqp_url, Counted(name="repeated").model_dump_json().encode(), str(uuid4()), times=20)
    publish(database, Counted(name="after-repeated"))
    eventually(lambda: total(database, "after-repeated") == 1)
    eventually(lambda: 'outcome="duplicate"} 19.0' in sink.get("/metrics")[1])
    assert total(database, "repeated") == 1


def test_a_handler_that_raises_is_tried_again(database: Database, relay: Process, sink: Process) -> None:
    publish(database, Counted(name="second-time", how="fail-once"))
    eventually(lambda: total(database, "second-time") == 1)
    assert tries(database, "second-time") == 2


@pytest.mark.parametrize(("how", "reason"), [("fail", "ValueError"), ("system-exit", "SystemExit")])
def test_what_never_succeeds_ends_in_the_dead_letter_queue(
    amqp_url: str, database: Database, relay: Process, sink: Process, how: str, reason: str
) -> None:
    publish(database, Counted.model_validate({"name": f"never-{how}", "how": how}))
    body, headers = find_dead_letter(amqp_url)
    assert body["name"] == f"never-{how}"
    assert headers[ATTEMPTS_HEADER] == ATTEMPTS and headers[REASON_HEADER] == reason
    assert tries(database, f"never-{how}") == ATTEMPTS
    assert total(database, f"never-{how}") == 0
    assert sink.alive and SECRET not in sink.log


def test_the_dead_can_be_shown_and_given_back(amqp_url: str, database: Database, relay: Process, sink: Process) -> None:
    def run(action: str) -> str:
        command = [sys.executable, "-m", "chassis.dead", action, QUEUE]
        environment = {**os.environ, "AMQP_URL": amqp_url}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=20, check=True)
        return done.stdout

    (event_id,) = publish(database, Counted(name="revived", how="fail"))
    eventually(lambda: event_id in run("show"), every=0.1)
    shown = run("show")
    assert "ValueError" in shown and f"attempts {ATTEMPTS}" in shown and "revived" not in shown
    assert run("replay") == "1 event(s) given back\n"
    eventually(lambda: tries(database, "revived") == 2 * ATTEMPTS)
    find_dead_letter(amqp_url)


@pytest.mark.parametrize(
    ("body", "message_id"), [(b"{", str(uuid4())), (b'{"amount":2}', str(uuid4())), (b'{"name":"x"}', "no uuid")]
)
def test_an_unreadable_event_is_set_aside_at_once(
    amqp_url: str, relay: Process, sink: Process, body: bytes, message_id: str
) -> None:
    publish_by_hand(amqp_url, body, message_id)

    async def reason(channel: aio_pika.abc.AbstractChannel) -> object:
        queue = await channel.get_queue(dead_queue(QUEUE))
        message = await queue.get(fail=False)
        if message is None:
            return None
        await message.ack()
        assert message.body == body
        return message.headers[REASON_HEADER]

    eventually(lambda: on_channel(amqp_url, reason) == "UnreadableEventError", every=0.1)


def test_an_outage_of_the_database_is_waited_out(
    amqp_url: str, database: Database, postgres_url: str, bus_database_url: str, relay: Process, sink: Process
) -> None:
    """More retries pass than a failing handler gets."""
    name = bus_database_url.rpartition("/")[2]
    database.close()
    with NoConnections(postgres_url, name):
        publish_by_hand(amqp_url, Counted(name="waited-out").model_dump_json().encode(), str(uuid4()))
        eventually(lambda: f'"{WAITS_HEADER}":{ATTEMPTS + 2}' in sink.log, 15)
        assert sink.get("/readyz")[0] == 503 and sink.get("/livez")[0] == 200
    eventually(lambda: total(database, "waited-out") == 1, 15)
    assert tries(database, "waited-out") == 1
    eventually(lambda: relay.get("/readyz")[0] == 200)
