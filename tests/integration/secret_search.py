"""Looks for secrets wherever a system leaves anything behind: logs, dumps of its databases, its events and queues, and
the files of the broker."""

import asyncio
import base64
import os
import subprocess
from collections.abc import Iterable, Mapping

import aio_pika

from chassis.topology import exchange_of
from deploy.local.system import System

EAR = "heard-by-the-search"
SERVICES = ("auth", "mail", "calendar", "contacts")
DUMP_SECONDS = 60


def listen(system: System) -> None:
    """From now on every event of every service is kept in a queue of ours as well."""

    async def declare() -> None:
        async with await aio_pika.connect(system.addresses.amqp_url) as connection:
            channel = await connection.channel()
            queue = await channel.declare_queue(EAR, durable=True)
            for service in SERVICES:
                await queue.bind(await channel.get_exchange(exchange_of(service)), "#")

    asyncio.run(declare())


def places(system: System) -> dict[str, bytes]:
    """Everything that is left behind, by where it is. What `listen` heard since it was looked at last is in it."""
    return _logs(system) | _dumps(system) | _events(system) | _broker_files(system)


def found(secrets: Mapping[str, str], everywhere: Mapping[str, bytes]) -> set[tuple[str, str]]:
    """Which secret stands where: as it is in any case, in hexadecimal digits, or in Base64 from its first byte on."""
    return {
        (name, place)
        for name, secret in secrets.items()
        for place, content in everywhere.items()
        if any(form in content for form in _forms(secret))
    }


def _forms(secret: str) -> Iterable[bytes]:
    """All of `places` is in lower case."""
    raw = secret.encode()
    whole_groups = base64.b64encode(raw[: len(raw) // 3 * 3])
    return [form.lower() for form in (raw, raw.hex().encode(), whole_groups)]


def _logs(system: System) -> dict[str, bytes]:
    files = [path for path in system.layout.logs.rglob("*") if path.is_file()]
    return {f"log {path.name}": path.read_bytes().lower() for path in files}


def _dumps(system: System) -> dict[str, bytes]:
    return {f"database {name}": _dump(url) for name, url in system.addresses.database_urls.items()}


def _dump(url: str) -> bytes:
    command = ["pg_dump", "--no-password", "--dbname", url]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=DUMP_SECONDS, check=True)
    return done.stdout.lower()


def _events(system: System) -> dict[str, bytes]:
    async def take() -> dict[str, bytes]:
        heard: dict[str, bytes] = {}
        async with await aio_pika.connect(system.addresses.amqp_url) as connection:
            queue = await (await connection.channel()).get_queue(EAR)
            while (message := await queue.get(no_ack=True, fail=False)) is not None:
                place = f"event {message.routing_key}"
                heard[place] = heard.get(place, b"") + repr(message.headers).lower().encode() + message.body.lower()
        return heard

    return asyncio.run(take())


def _broker_files(system: System) -> dict[str, bytes]:
    """Queues that are kept, with whatever is in them."""
    files = [path for path in (system.layout.broker / "mnesia").rglob("*") if path.is_file()]
    return {f"broker {path.name}": path.read_bytes().lower() for path in files}
