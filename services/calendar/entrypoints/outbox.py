"""The process that publishes the calendar service's events."""

from chassis.aio import run
from chassis.logging import configure
from chassis.relay import run_relay
from services.calendar import bootstrap


def main() -> None:
    configure("calendar-outbox")
    settings = bootstrap.settings()
    run(
        run_relay(
            settings.calendar_database_url,
            settings.amqp_url,
            "calendar",
            events=bootstrap.PUBLISHED,
            health=bootstrap.relay_health(settings),
        )
    )


if __name__ == "__main__":
    main()
