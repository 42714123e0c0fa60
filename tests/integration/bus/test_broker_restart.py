"""A broker killed and started again: everything reconnects by itself, what was durable is there, nothing is doubled."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from chassis.broadcast import listen_broadcast
from chassis.db import Database
from chassis.rpc_client import RpcClient
from contracts.base import Ping
from contracts.errors import ErrorCode, ServiceError
from deploy.local import broker
from deploy.local.system import Options, System, erase
from tests.integration.bus.contract import Counted, EchoApi, Noticed, Pause
from tests.integration.bus.harness import eventually, running
from tests.integration.bus.observe import publish, total, waiting
from tests.integration.bus.test_broadcast import Listener, until

RECONNECT_SECONDS = 2.0
YOUNG_QUEUE_SECONDS = 1.5
"""RabbitMQ 3.10 notes a new quorum queue on disk a little late; older ones survive a kill."""


@pytest.fixture
def own_broker(test_home: Path) -> Iterator[System]:
    with System(Options(home=test_home / "killed", programs=(), databases=(), preferred_ports={})) as system:
        system.start_servers()
        system.wait_for_broker()
        yield system
    erase(system.layout)


def kill(system: System) -> None:
    for pid in system.pids("rabbitmq"):
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)


def test_everything_comes_back_within_two_seconds_of_the_broker(
    own_broker: System, bus_database_url: str, database: Database, folder: Path
) -> None:
    url = own_broker.addresses.amqp_url
    settings = {"AMQP_URL": url, "DATABASE_URL": bus_database_url}

    async def answers(client: RpcClient) -> float:
        """Waits for a call to succeed; how long it took."""
        started = time.monotonic()
        while True:
            try:
                await client.call(EchoApi.ping, Ping(), timeout=1)
                return time.monotonic() - started
            except ServiceError as error:
                assert error.code in {ErrorCode.UNAVAILABLE, ErrorCode.DEADLINE_EXCEEDED}
                assert time.monotonic() - started < 30
                await asyncio.sleep(0.02)

    async def main() -> float:
        listener = Listener()
        listening = asyncio.create_task(listen_broadcast(url, [Noticed], listener.hear, on_gap=listener.on_gap))
        async with RpcClient(url, name="test") as client:
            await answers(client)
            await asyncio.sleep(YOUNG_QUEUE_SECONDS)
            in_flight = asyncio.create_task(client.call(EchoApi.pause, Pause(seconds=2), timeout=20))
            await asyncio.sleep(0.2)
            kill(own_broker)
            with pytest.raises(ServiceError) as caught:
                await in_flight
            assert caught.value.code == ErrorCode.UNAVAILABLE
            await asyncio.to_thread(publish, database, Counted(name="during"))
            await asyncio.to_thread(broker.wait, url)
            waited = await answers(client)
            await asyncio.to_thread(eventually, lambda: listener.gaps == 2)
            await asyncio.to_thread(publish, database, Noticed(text="after"))
            await until(listener, 1)
        listening.cancel()
        return waited

    with ExitStack() as stack:
        for module in ("echo", "sink", "relay"):
            stack.enter_context(running(module, folder, **settings))
        publish(database, Counted(name="before"))
        eventually(lambda: total(database, "before") == 1)
        assert asyncio.run(main()) < RECONNECT_SECONDS
        eventually(lambda: total(database, "during") == 1)
        eventually(lambda: waiting(database) == 0)
        assert total(database, "before") == 1
