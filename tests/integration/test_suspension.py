"""A suspended or closed account, on the real processes: what it had open ends within seconds, whatever it came by."""

import asyncio
import base64
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
import pytest

from deploy.local.layout import CHECKOUT
from deploy.local.system import System
from tests.infra.processes import Processes

PASSWORD = "tambour des lilas"
SUSPENDED, DEPARTED, DELAYED, OTHER = (
    f"{name}@ac-montpellier.example" for name in ("zoe.fictif", "jean.essai", "ana.nouvelle", "luc.voisin")
)
SECONDS = 5.0
EVENTSOURCE = "/jmap/eventsource?types=*&closeafter=no&ping=0"


@pytest.fixture(scope="module")
def system(processes: Processes) -> Iterator[System]:
    with processes("gateway", "auth-rpc", "auth-outbox") as started:
        for address in (SUSPENDED, DEPARTED, DELAYED, OTHER):
            cli(started, "agent", "--address", address, "--password-stdin")
        yield started


def cli(system: System, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "services.auth.cli", *arguments],
        cwd=CHECKOUT,
        env=system.environment,
        input=PASSWORD,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def change(system: System, act: str, address: str) -> str:
    return cli(system, act, "--address", address, "--operator", "DPE")


class Visit:
    """One agent: a page with a cookie, a program with a password, and an open event source of each."""

    def __init__(self, page: httpx.AsyncClient, program: httpx.AsyncClient) -> None:
        self.page = page
        self.program = program
        self.ends: list[asyncio.Task[float]] = []

    async def sign_in(self, address: str) -> None:
        answer = await self.page.post("/api/v1/session", json={"login": address, "password": PASSWORD})
        assert answer.json()["state"] == "signed-in", answer.text
        assert await self.statuses() == [200, 200]

    async def statuses(self) -> list[int]:
        return [
            (await self.page.get("/api/v1/session")).status_code,
            (await self.program.get("/.well-known/jmap")).status_code,
        ]

    async def listen(self) -> None:
        for http in (self.page, self.program):
            begun = asyncio.Event()
            self.ends.append(asyncio.create_task(_end_of_stream(http, begun)))
            await asyncio.wait_for(begun.wait(), SECONDS)


async def _end_of_stream(http: httpx.AsyncClient, begun: asyncio.Event) -> float:
    """When it ended."""
    async with http.stream("GET", EVENTSOURCE, timeout=60) as stream:
        assert stream.status_code == 200
        async for _ in stream.aiter_raw():
            begun.set()
    return time.monotonic()


@asynccontextmanager
async def visit(system: System, address: str) -> AsyncIterator[Visit]:
    basic = "Basic " + base64.b64encode(f"{address}:{PASSWORD}".encode()).decode()
    async with AsyncExitStack() as stack:
        base = system.addresses.web
        page = await stack.enter_async_context(httpx.AsyncClient(base_url=base, timeout=30))
        program = httpx.AsyncClient(base_url=base, timeout=30, headers={"Authorization": basic}, follow_redirects=True)
        made = Visit(page, await stack.enter_async_context(program))
        await made.sign_in(address)
        await made.listen()
        try:
            yield made
        finally:
            for task in made.ends:
                task.cancel()
            await asyncio.gather(*made.ends, return_exceptions=True)


async def until_refused(visited: Visit, since: float) -> tuple[float, float]:
    """How long after `since` both streams had ended, and page and program were seen to be refused."""
    ended = [await asyncio.wait_for(task, SECONDS) for task in visited.ends]
    while await visited.statuses() != [401, 401]:
        assert time.monotonic() < since + SECONDS
        await asyncio.sleep(0.05)
    return max(ended) - since, time.monotonic() - since


@pytest.mark.parametrize(("act", "address"), [("suspend", SUSPENDED), ("depart", DEPARTED)])
def test_everything_ends_within_seconds_and_a_restored_account_works_again(
    system: System, act: str, address: str
) -> None:
    async def run() -> tuple[float, float]:
        async with visit(system, OTHER) as neighbour, visit(system, address) as visited:
            said = await asyncio.to_thread(change, system, act, address)
            took = await until_refused(visited, time.monotonic())
            assert said.endswith(", 1 session terminée\n")
            refused = await visited.page.post("/api/v1/session", json={"login": address, "password": PASSWORD})
            assert (refused.status_code, refused.json()["code"]) == (401, "bad-credentials")
            await asyncio.to_thread(change, system, "restore", address)
            assert (await visited.page.get("/api/v1/session")).status_code == 401
            await visited.sign_in(address)
            assert await neighbour.statuses() == [200, 200]
            assert not any(task.done() for task in neighbour.ends)
            return took

    streams, all_refused = (1e3 * seconds for seconds in asyncio.run(run()))
    print(
        f"{act}: streams over {streams:.0f} ms after the command, cookie and password refused by {all_refused:.0f} ms"
    )
    assert all_refused < 1e3 * SECONDS


def test_what_the_broadcast_could_not_tell_at_once_it_tells_later(system: System) -> None:
    async def run() -> None:
        async with visit(system, DELAYED) as visited:
            await asyncio.to_thread(stopped(system, "auth-outbox"))
            await asyncio.to_thread(change, system, "suspend", DELAYED)
            assert not any(task.done() for task in visited.ends)
            await asyncio.to_thread(system.start, "auth-outbox")
            await asyncio.wait_for(asyncio.gather(*visited.ends), 30)
            assert await visited.statuses() == [401, 401]

    asyncio.run(run())


def stopped(system: System, name: str) -> Callable[[], None]:
    return lambda: system.stop(name)


def test_the_trail_of_the_real_processes_is_intact_and_its_head_is_logged(system: System) -> None:
    said = cli(system, "trail", "verify").splitlines()
    assert said[-1] == "la trace est intacte"
    log = "".join(path.read_text() for path in system.layout.logs.iterdir() if path.is_file())
    assert '"msg":"the head of the trail"' in log
    assert "tambour" not in log
