"""Drives one operation for a while and says what it cost."""

import asyncio
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local.system import System
from tests.bench import place
from tests.bench.accounting import by_role, cpu_ms
from tests.bench.browser import Browser, Session
from tests.bench.letters import sized
from tests.bench.operations import Client, Operation
from tests.bench.seed import Seeded
from tests.bench.statements import Asked, StatementLog, Statements, difference, total
from tests.corpus.post import post

WARM_UP = 3
CONNECTIONS = 10
SMTP_PER_SECOND = {5_000: 150, 100_000: 40}


@dataclass(frozen=True)
class Reading:
    """All counters at one moment; milliseconds of CPU."""

    at: float
    roles: dict[str, float]
    driver: float
    machine: float
    statements: Statements


@dataclass(frozen=True)
class Idle:
    """What the system uses while nobody asks anything, a second."""

    roles: dict[str, float]
    statements: float
    sql_ms: float


@dataclass(frozen=True)
class Result:
    """Wall times in ms; CPU in ms a request, idle taken off; others: share of the machine that was not ours."""

    name: str
    title: str
    clients: int
    requests: int
    per_second: float
    p50: float
    p95: float
    cpu: dict[str, float]
    statements: float
    sql_ms: float
    driver: float
    others: float
    asked: list[tuple[str, str, Asked]] = field(default_factory=list)
    """Database, text, and calls and ms a request; the most called first."""

    @property
    def total(self) -> float:
        return sum(self.cpu.values())


class Bench:
    def __init__(self, system: System, seeded: Seeded, log: StatementLog) -> None:
        self._system = system
        self._seeded = seeded
        self._log = log
        self._sessions: dict[str, Session] = {}
        self._idle = Idle({}, 0.0, 0.0)

    def rest(self, seconds: float) -> Idle:
        """Measures the idle system; later results are told without it."""
        place.wait_until_quiet(self._system)
        before = self._read()
        time.sleep(seconds)
        after = self._read()
        span = after.at - before.at
        asked = total(difference(after.statements, before.statements))
        self._idle = Idle(_each(after.roles, before.roles, span), asked.calls / span, asked.ms / span)
        return self._idle

    def run(self, operation: Operation, clients: int, seconds: float, *, reader: str = "", requests: int = 0) -> Result:
        """As the agent `reader`, of whom there are several; for so long, and until each client made its `requests`."""
        session = self._session(reader or self._seeded.reader)
        browsers = [Browser(session) for _ in range(clients)]
        try:
            ready = [
                operation.prepare(Client(browser, number, clients, self._seeded.colleague, self._smtp))
                for number, browser in enumerate(browsers)
            ]
            for request in ready:
                for n in range(WARM_UP + 1):
                    request(n)
            place.wait_until_quiet(self._system)
            workers = [_Worker(request, WARM_UP + 1) for request in ready]
            before = self._read()
            begun = time.monotonic()
            for worker in workers:
                worker.begin(begun + seconds, requests)
            for worker in workers:
                worker.join()
            span = time.monotonic() - begun
            if operation.lasts:
                place.wait_until_quiet(self._system)
            after = self._read()
        finally:
            for browser in browsers:
                browser.close()
        waited = [one for worker in workers for one in worker.waited]
        return self._result(operation.name, operation.title, clients, before, after, span, waited)

    def ingest(self, size: int, seconds: float) -> list[Result]:
        """Over ten connections to one colleague: once told by what was accepted, once by what was delivered."""
        count = max(CONNECTIONS, int(SMTP_PER_SECOND[size] * seconds))
        stamp = time.time_ns()
        letters = [(str(n), sized(stamp + n, self._seeded.colleague, size)) for n in range(count)]
        host, port = self._smtp
        place.wait_until_quiet(self._system)
        before = self._read()
        begun = time.monotonic()
        posted = asyncio.run(post(host, port, self._seeded.colleague, letters, CONNECTIONS))
        accepted = time.monotonic() - begun
        if posted.refused:
            raise RuntimeError(f"{len(posted.refused)} refused: {posted.refused[0][1]}")
        place.wait_until_quiet(self._system)
        delivered = time.monotonic() - begun
        after = self._read()
        name, title = f"smtp-{size // 1000}k", f"SMTP in {size // 1000} kB"
        each = accepted * CONNECTIONS / count
        return [
            self._result(name, f"{title}, {told}", CONNECTIONS, before, after, span, [each] * count)
            for told, span in (("accepted", accepted), ("delivered", delivered))
        ]

    @property
    def _smtp(self) -> tuple[str, int]:
        return self._system.environment["SMTP_HOST"], int(self._system.environment["SMTP_PORT"])

    def _session(self, address: str) -> Session:
        if address not in self._sessions:
            self._sessions[address] = Session.sign_in(self._system.addresses.web, address, self._seeded.password)
        return self._sessions[address]

    def _result(
        self, name: str, title: str, clients: int, before: Reading, after: Reading, span: float, waited: list[float]
    ) -> Result:
        count, whole = len(waited), after.at - before.at
        waited.sort()
        roles = {role: after.roles[role] - before.roles[role] for role in after.roles}
        driver, machine = after.driver - before.driver, after.machine - before.machine
        asked = difference(after.statements, before.statements)
        sums = total(asked)
        return Result(
            name=name,
            title=title,
            clients=clients,
            requests=count,
            per_second=count / span,
            p50=waited[count // 2] * 1e3,
            p95=waited[count * 95 // 100] * 1e3,
            cpu={
                role: max(0.0, used - self._idle.roles.get(role, 0.0) * whole) / count for role, used in roles.items()
            },
            statements=max(0.0, sums.calls - self._idle.statements * whole) / count,
            sql_ms=max(0.0, sums.ms - self._idle.sql_ms * whole) / count,
            driver=driver / count,
            others=max(0.0, machine - sum(roles.values()) - driver) / (whole * 1e3 * (os.cpu_count() or 1)),
            asked=sorted(
                ((base, text, Asked(one.calls / count, one.ms / count)) for (base, text), one in asked.items()),
                key=lambda entry: -entry[2].calls,
            ),
        )

    def _read(self) -> Reading:
        mains = {name: state.pid for name, state in self._system.states().items()}
        statements = self._log.read()
        return Reading(time.monotonic(), by_role(mains), cpu_ms([os.getpid()]), _machine_ms(), statements)


class _Worker:
    """One client's thread."""

    def __init__(self, request: Callable[[int], object], first: int) -> None:
        self.waited: list[float] = []
        self._request = request
        self._count = first
        self._end = 0.0
        self._requests = 0
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def begin(self, end: float, requests: int) -> None:
        self._end, self._requests = end, requests
        self._thread.start()

    def join(self) -> None:
        """Raises what the client met."""
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            while (started := time.monotonic()) < self._end or len(self.waited) < self._requests:
                self._request(self._count)
                self._count += 1
                self.waited.append(time.monotonic() - started)
        except BaseException as error:  # noqa: BLE001 - raised by join
            self._error = error


def load() -> str:
    """The machine, for the head of a table."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().split("\n")
            if "model name" in line
        ),
        "unknown",
    )
    one, five, _ = os.getloadavg()
    return f"{os.cpu_count()} × {model}, load {one:.1f} (1 min) {five:.1f} (5 min)"


def _each(after: dict[str, float], before: dict[str, float], span: float) -> dict[str, float]:
    return {role: (after[role] - before[role]) / span for role in after}


def _machine_ms() -> float:
    """CPU milliseconds that the whole machine was busy."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq) * 1e3
