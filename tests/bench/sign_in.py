"""What a sign-in costs: CPU apart from the hash, how many a second one and two auth-rpc processes take, and how long
their loops stood still. Over the bus, as the gateway asks; with the parameters of service and with the least ones."""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from chassis.db import Database
from chassis.rpc_client import RpcClient
from chassis.settings import from_environment, institution
from contracts.auth import AuthApi, Client, Credentials, SignedIn
from deploy.local.layout import CHECKOUT
from deploy.local.programs import Program
from deploy.local.system import Options, System, erase
from services.auth.adapters.hasher import Argon2Hasher
from services.auth.bootstrap import build
from services.auth.settings import StoreSettings
from tests.bench import stalls
from tests.bench.accounting import cpu_ms

NAME = "sign-in"
AUTH = ("auth-rpc", "auth-rpc-2")
ROLES = {"auth": AUTH, "postgres": ("postgres",), "rabbitmq": ("rabbitmq", "epmd"), "outbox": ("auth-outbox",)}
PROGRAMS = (
    *(Program(name, "tests.bench.watched_auth", "auth") for name in AUTH),
    Program("auth-outbox", "services.auth.entrypoints.outbox", "auth"),
)
CHEAPEST = {"AUTH_ARGON2_TIME_COST": "1", "AUTH_ARGON2_MEMORY_KIB": "8192"}
AGENTS = 60
AT_ONCE = (1, 20)
PASSWORD = "lilas cheval tambour"
ALONE = 20
CALL_SECONDS = 30.0
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
HEAD = (
    f"{'sign-in':<28}{'at once':>8}{'/s':>7}{'p50 ms':>8}{'p95 ms':>8}{'CPU ms':>8}{'hash':>7}{'apart':>7}"
    f"{'auth':>8}{'postgres':>9}{'rabbitmq':>9}{'outbox':>8}{'late ms':>9}{'no CPU':>8}"
)
LEGEND = """
CPU ms    of auth, PostgreSQL, RabbitMQ and the outbox, a sign-in; what they use at rest is taken off
hash      CPU of one verification alone, before the load; apart: CPU less that
late      the longest that a loop came around late; no CPU: how much of it was spent waiting for a processor"""

Tell = Callable[[str], None]
Devices = dict[str, SecretStr]
"""Of each agent, by address: what the cookie of their device holds."""


@dataclass(frozen=True)
class Reading:
    at: float
    roles: dict[str, float]


def measure(tell: Tell, seconds: float) -> None:
    tell(HEAD)
    for name, hashing in (("as in service", {}), ("least", CHEAPEST)):
        options = Options(
            home=CHECKOUT / ".test" / f"bench-{secrets.token_hex(3)}",
            programs=PROGRAMS,
            databases=("auth",),
            preferred_ports={},
            overrides={"LOG_LEVEL": "WARNING", **hashing},
        )
        system = System(options)
        try:
            with system:
                system.up()
                _of_system(system, name, tell, seconds)
        finally:
            erase(system.layout)
    tell(LEGEND)


def _of_system(system: System, name: str, tell: Tell, seconds: float) -> None:
    settings = from_environment(StoreSettings, system.environment)
    database = Database(settings.auth_database_url, size=2)
    addresses = _agents(settings, system, database)
    alone = _hash_alone(settings)
    devices = asyncio.run(_known_devices(system, addresses))
    for processes in (1, 2):
        (system.stop if processes == 1 else system.start)(AUTH[1])
        system.wait_until_ready(*AUTH[:processes])
        idle = _rest(system, seconds)
        for at_once in AT_ONCE:
            with database.transaction() as tx:
                tx.execute("DELETE FROM session")
            row = _row(system, devices, at_once, seconds, idle, alone)
            tell(f"{f'{name}, {processes} auth-rpc':<28}{row}")
    database.close()


def _row(system: System, devices: Devices, at_once: int, seconds: float, idle: dict[str, float], alone: float) -> str:
    asyncio.run(_sign_in(system, devices, 0.5, at_once))
    before, began = _read(system), time.time()
    waited, span = asyncio.run(_sign_in(system, devices, seconds, at_once))
    after, ended = _read(system), time.time()
    count = len(waited)
    whole = after.at - before.at
    roles = {role: (after.roles[role] - before.roles[role] - idle[role] * whole) / count for role in ROLES}
    waited.sort()
    total = sum(roles.values())
    seen = stalls.read(system.layout.home, began, ended)
    late = max(seen, key=lambda stall: stall.late_ms, default=stalls.Stall(began, 0.0, 0.0))
    return (
        f"{at_once:8}{count / span:7.1f}{waited[count // 2] * 1e3:8.1f}{waited[count * 95 // 100] * 1e3:8.1f}"
        f"{total:8.1f}{alone:7.1f}{total - alone:7.1f}{roles['auth']:8.1f}{roles['postgres']:9.1f}"
        f"{roles['rabbitmq']:9.1f}{roles['outbox']:8.1f}{late.late_ms:9.1f}{late.queued_ms:8.1f}"
    )


def _agents(settings: StoreSettings, system: System, database: Database) -> list[str]:
    given = institution(system.environment["WEBMAIL_SETTINGS"])
    auth = build(settings, given, database)
    addresses = [f"agent.mesure{number}@{given.institution.domain}" for number in range(AGENTS)]
    for address in addresses:
        auth.make_agent(address, PASSWORD, category="", uai="0340000A", departement="")
    return addresses


def _hash_alone(settings: StoreSettings) -> float:
    """CPU ms of one verification."""
    hasher = Argon2Hasher(
        time_cost=settings.auth_argon2_time_cost, memory_kib=settings.auth_argon2_memory_kib, threads=1
    )
    kept = hasher.hash(PASSWORD)
    before = time.process_time()
    for _ in range(ALONE):
        hasher.verify(kept, PASSWORD)
    return (time.process_time() - before) / ALONE * 1e3


async def _known_devices(system: System, addresses: Sequence[str]) -> Devices:
    """Each signs in once, one after the other: strangers who come at once would be asked for the displayed code."""
    devices: Devices = {}
    async with RpcClient(system.addresses.amqp_url, name="bench") as bus:
        for address in addresses:
            devices[address] = (await _one(bus, address, SecretStr(""))).device
    return devices


async def _one(bus: RpcClient, address: str, device: SecretStr) -> SignedIn:
    client = Client(source="192.0.2.1", user_agent=BROWSER, device=device)
    credentials = Credentials(login=address, password=SecretStr(PASSWORD), client=client)
    reply = await bus.call(AuthApi.sign_in, credentials, timeout=CALL_SECONDS)
    assert reply.signed_in is not None
    return reply.signed_in


async def _sign_in(system: System, devices: Devices, seconds: float, at_once: int) -> tuple[list[float], float]:
    """How long each took; and how long all."""
    waited: list[float] = []
    begun = time.perf_counter()

    async def agents(mine: Sequence[str]) -> None:
        while True:
            for address in mine:
                if (started := time.perf_counter()) > begun + seconds:
                    return
                await _one(bus, address, devices[address])
                waited.append(time.perf_counter() - started)

    addresses = list(devices)
    async with RpcClient(system.addresses.amqp_url, name="bench") as bus:
        await asyncio.gather(*(agents(addresses[number::at_once]) for number in range(at_once)))
    return waited, time.perf_counter() - begun


def _rest(system: System, seconds: float) -> dict[str, float]:
    """CPU ms a second of a system that nobody asks anything."""
    before = _read(system)
    time.sleep(seconds)
    after = _read(system)
    return {role: (after.roles[role] - before.roles[role]) / (after.at - before.at) for role in ROLES}


def _read(system: System) -> Reading:
    states = system.states()
    return Reading(
        time.monotonic(),
        {
            role: sum(cpu_ms(system.pids(name)) for name in names if states.get(name) and states[name].pid)
            for role, names in ROLES.items()
        },
    )
