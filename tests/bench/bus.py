"""One RPC hop and one event, in figures: `python -m tests.bench.bus` with TEST_AMQP_URL (a virtual host that may be
written to) and TEST_POSTGRES_URL (as one who may create a database)."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path

import psutil

from chassis.db import Database
from chassis.migrate import migrate
from chassis.rpc_client import RpcClient
from tests.infra.databases import Databases
from tests.integration.bus.contract import Counted, EchoApi, Pause, Text
from tests.integration.bus.harness import Process, eventually, running
from tests.integration.bus.observe import publish, total

CALLS = 3_000
EVENTS = 2_000
SINGLE_EVENTS = 50

Call = Callable[[RpcClient], Awaitable[object]]


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")


def cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def measure(client: RpcClient, service: psutil.Process, name: str, call: Call, at_once: int) -> None:
    waited: list[float] = []

    async def caller() -> None:
        for _ in range(CALLS // at_once):
            started = time.perf_counter()
            await call(client)
            waited.append(time.perf_counter() - started)

    own = psutil.Process()
    before, service_before, started = cpu(own), cpu(service), time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(at_once)))
    seconds = time.perf_counter() - started
    waited.sort()
    p50, p99 = waited[len(waited) // 2] * 1e3, waited[len(waited) * 99 // 100] * 1e3
    caller_ms = (cpu(own) - before) / len(waited) * 1e3
    service_ms = (cpu(service) - service_before) / len(waited) * 1e3
    tell(
        f"{name:24} {at_once:3} at once: {len(waited) / seconds:6.0f}/s  p50 {p50:5.2f}  p99 {p99:5.2f} ms"
        f"  CPU caller {caller_ms:.2f}  service {service_ms:.2f} ms"
    )


async def rpc(url: str, echo: Process) -> None:
    service = psutil.Process(echo.pid)
    async with RpcClient(url, name="bench") as client:
        for at_once in (1, 32):
            await measure(client, service, "echo", lambda c: c.call(EchoApi.echo, Text(text="x"), timeout=5), at_once)
        pause = Pause(seconds=0)
        for at_once in (1, 32):
            await measure(
                client, service, "one SELECT", lambda c: c.call(EchoApi.pause_in_database, pause, timeout=5), at_once
            )


def events(database: Database) -> None:
    started = time.perf_counter()
    publish(database, *(Counted(name=f"bench-{n}") for n in range(EVENTS)))
    eventually(lambda: total(database, f"bench-{EVENTS - 1}") == 1, 60)
    tell(f"{EVENTS} events from outbox to effect: {EVENTS / (time.perf_counter() - started):.0f}/s")
    waited: list[float] = []
    for _ in range(SINGLE_EVENTS):
        time.sleep(0.05)
        started = time.perf_counter()
        publish(database, Counted(name="single"))
        eventually(lambda: total(database, "single") == len(waited) + 1, every=0.001)
        waited.append(time.perf_counter() - started)
    tell(f"one event from commit to effect: p50 {sorted(waited)[SINGLE_EVENTS // 2] * 1e3:.0f} ms")


def main() -> None:
    url = os.environ["TEST_AMQP_URL"]
    databases = Databases(os.environ["TEST_POSTGRES_URL"])
    try:
        database_url = databases.empty()
        migrate("bench", database_url)
        database = Database(database_url, size=2)
        with database.transaction() as tx:
            tx.execute("CREATE TABLE counter (name text PRIMARY KEY, total integer NOT NULL)")
            tx.execute("CREATE TABLE tries (name text PRIMARY KEY, count integer NOT NULL)")
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            settings = {"AMQP_URL": url, "DATABASE_URL": database_url}
            echo, *_ = (
                stack.enter_context(running(module, Path(folder), **settings)) for module in ("echo", "sink", "relay")
            )
            asyncio.run(rpc(url, echo))
            events(database)
        database.close()
    finally:
        databases.close()


if __name__ == "__main__":
    main()
