"""mail-outbox: publishes mail's events."""

from chassis import aio
from chassis.health import AsyncHealthServer
from chassis.logging import configure
from chassis.relay import run_relay
from chassis.settings import from_environment
from contracts.mail import MailStateChanged
from services.mail.flow_settings import OutboxSettings

EVENTS = (MailStateChanged,)


async def _run(settings: OutboxSettings) -> None:
    async with AsyncHealthServer(settings.health_host, settings.health_port) as health:
        await run_relay(settings.database, settings.amqp_url, "mail", events=EVENTS, health=health)


def main() -> None:
    configure("mail-outbox")
    aio.run(_run(from_environment(OutboxSettings)))


if __name__ == "__main__":
    main()
