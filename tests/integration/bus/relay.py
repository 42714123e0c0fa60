"""Publishes what the tests enqueue. AMQP_URL, DATABASE_URL."""

import os

from chassis.aio import run
from chassis.health import AsyncHealthServer
from chassis.logging import configure
from chassis.relay import run_relay
from tests.integration.bus.contract import Counted, Noticed


async def _relay() -> None:
    async with AsyncHealthServer("127.0.0.1", int(os.environ["HEALTH_PORT"])) as health:
        await run_relay(
            os.environ["DATABASE_URL"], os.environ["AMQP_URL"], "source", events=[Counted, Noticed], health=health
        )


def main() -> None:
    configure("relay")
    run(_relay())


if __name__ == "__main__":
    main()
