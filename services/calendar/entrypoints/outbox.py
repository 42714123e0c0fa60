"""The process that publishes the calendar service's events."""

from chassis.aio import run
from chassis.logging import configure
from chassis.relay import run_relay
from services.calendar import bootstrap
from services.calendar.settings import CalendarSettings


async def _relay(settings: CalendarSettings) -> None:
    async with bootstrap.relay_health(settings) as health:
        url, broker = settings.calendar_database_url, settings.amqp_url
        await run_relay(url, broker, "calendar", events=bootstrap.PUBLISHED, health=health)


def main() -> None:
    configure("calendar-outbox")
    run(_relay(bootstrap.settings()))


if __name__ == "__main__":
    main()
