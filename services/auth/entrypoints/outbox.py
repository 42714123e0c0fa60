"""Publishes auth's events: `python -m services.auth.entrypoints.outbox`."""

from chassis import aio, logging
from chassis.health import AsyncHealthServer
from chassis.relay import run_relay
from chassis.settings import from_environment
from contracts.auth import (
    AccountChanged,
    AccountCreated,
    AccountStateChanged,
    CredentialChanged,
    DirectoryPosition,
    SessionEnded,
)
from services.auth.settings import OutboxSettings

EVENTS = (AccountCreated, AccountChanged, DirectoryPosition, SessionEnded, CredentialChanged, AccountStateChanged)


async def _run(settings: OutboxSettings) -> None:
    async with AsyncHealthServer(settings.health_host, settings.health_port) as health:
        await run_relay(settings.auth_database_url, settings.amqp_url, "auth", events=EVENTS, health=health)


def main() -> None:
    settings = from_environment(OutboxSettings)
    logging.configure("auth-outbox")
    aio.run(_run(settings))


if __name__ == "__main__":
    main()
