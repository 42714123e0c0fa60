"""What calls see when a service dies, is stopped or stays away."""

import asyncio
import time
from pathlib import Path

import pytest

from chassis.rpc_client import RpcClient
from chassis.rpc_wire import INTERRUPTED
from chassis.serve import SHUTDOWN_SECONDS
from chassis.topology import RPC_QUEUE_EXPIRES_MS
from contracts.base import Ping
from contracts.errors import ErrorCode, ServiceError
from tests.integration.bus.contract import EchoApi, Pause, Text
from tests.integration.bus.harness import Process, eventually, running


def test_a_call_in_the_hands_of_a_killed_service_is_answered_and_not_run_again(
    amqp_url: str, bus_database_url: str, folder: Path
) -> None:
    async def main(service: Process) -> None:
        async with RpcClient(amqp_url, name="test") as client:
            call = asyncio.create_task(client.call(EchoApi.pause, Pause(seconds=3, mark="killed"), timeout=10))
            await asyncio.sleep(0.3)
            assert (await client.call(EchoApi.ran, Text(text="killed"), timeout=2)).count == 1
            service.kill()
            service.restart()
            with pytest.raises(ServiceError) as caught:
                await call
            assert caught.value.code == ErrorCode.UNAVAILABLE and caught.value.details == INTERRUPTED
            assert (await client.call(EchoApi.ran, Text(text="killed"), timeout=2)).count == 0

    with running("echo", folder, AMQP_URL=amqp_url, DATABASE_URL=bus_database_url) as service:
        asyncio.run(main(service))


def test_sigterm_finishes_what_is_in_flight(amqp_url: str, bus_database_url: str, folder: Path) -> None:
    async def main(service: Process) -> None:
        async with RpcClient(amqp_url, name="test") as client:
            calls = [asyncio.create_task(client.call(EchoApi.pause, Pause(seconds=0.8), timeout=5)) for _ in range(10)]
            await asyncio.sleep(0.3)
            service.tell_to_stop()
            assert len(await asyncio.gather(*calls)) == 10
            assert await asyncio.to_thread(service.ended) == 0

    with running("echo", folder, AMQP_URL=amqp_url, DATABASE_URL=bus_database_url) as service:
        asyncio.run(main(service))


def test_work_that_does_not_end_is_cut_off_some_time_after_sigterm(
    amqp_url: str, bus_database_url: str, folder: Path
) -> None:
    async def main(service: Process) -> float:
        async with RpcClient(amqp_url, name="test") as client:
            call = asyncio.create_task(client.call(EchoApi.pause, Pause(seconds=60), timeout=60))
            await asyncio.sleep(0.3)
            started = time.monotonic()
            service.tell_to_stop()
            assert await asyncio.to_thread(service.ended) == 1
            call.cancel()
            return time.monotonic() - started

    settings = {"AMQP_URL": amqp_url, "DATABASE_URL": bus_database_url, "SHUTDOWN_SECONDS": "1"}
    with running("echo", folder, **settings) as service:
        assert 0.9 < asyncio.run(main(service)) < 2.5
    assert SHUTDOWN_SECONDS <= 8


def test_a_service_that_stays_away_is_unavailable_at_once_until_it_returns(
    amqp_url: str, bus_database_url: str, folder: Path
) -> None:
    async def refused_at_once(client: RpcClient) -> bool:
        started = time.monotonic()
        try:
            await client.call(EchoApi.ping, Ping(), timeout=0.5)
        except ServiceError as error:
            return error.code == ErrorCode.UNAVAILABLE and time.monotonic() - started < 0.2
        return False

    async def main(service: Process) -> None:
        async with RpcClient(amqp_url, name="test") as client:
            assert (await client.call(EchoApi.ping, Ping(), timeout=2)).service == "echo"
            service.kill()
            stopped = time.monotonic()
            while not await refused_at_once(client):
                assert time.monotonic() - stopped < RPC_QUEUE_EXPIRES_MS / 1000 + 3
            service.restart()
            await asyncio.to_thread(service.wait_until_ready)
            assert (await client.call(EchoApi.ping, Ping(), timeout=2)).service == "echo"

    with running("echo", folder, AMQP_URL=amqp_url, DATABASE_URL=bus_database_url) as service:
        asyncio.run(main(service))


def test_a_service_waits_for_its_broker_alive_but_not_ready(bus_database_url: str, folder: Path) -> None:
    nowhere = "amqp://guest:guest@127.0.0.1:1/"
    service = Process("echo", folder, AMQP_URL=nowhere, DATABASE_URL=bus_database_url)
    try:
        eventually(lambda: service.get("/livez")[0] == 200)
        assert service.get("/readyz") == (503, '{"database":true,"broker":false}')
    finally:
        assert service.stop() == 0


def test_a_caller_without_broker_is_refused_at_once() -> None:
    async def main() -> float:
        async with RpcClient("amqp://guest:guest@127.0.0.1:1/", name="test") as client:
            started = time.monotonic()
            with pytest.raises(ServiceError) as caught:
                await client.call(EchoApi.ping, Ping(), timeout=5)
            assert caught.value.code == ErrorCode.UNAVAILABLE
            return time.monotonic() - started

    assert asyncio.run(main()) < 0.1
