"""The process that takes in account events: each new agent finds an agenda ready."""

from chassis import green  # noqa: F401,I001  must be first

from chassis.db import Transaction
from chassis.events import EventService, on_event
from chassis.logging import configure
from chassis.serve import serve
from contracts.auth import AccountChanged, AccountCreated
from services.calendar import bootstrap
from services.calendar.adapters.store import save_account
from services.calendar.application.prepare_agenda import prepare_agenda


class CalendarEvents(EventService):
    name = "calendar-events"

    @on_event(AccountCreated, consumer="calendar")
    def account_created(self, event: AccountCreated, tx: Transaction) -> None:
        prepare_agenda(save_account(tx, event))

    @on_event(AccountChanged, consumer="calendar")
    def account_changed(self, event: AccountChanged, tx: Transaction) -> None:
        """May come before the creation it changes: both leave the same account."""
        prepare_agenda(save_account(tx, event))


def main() -> None:
    configure("calendar-events")
    settings = bootstrap.settings()
    database = bootstrap.database(settings)
    CalendarEvents.db = database
    serve(
        CalendarEvents,
        amqp_url=settings.amqp_url,
        max_workers=settings.calendar_workers,
        health=bootstrap.health(settings, database),
    )


if __name__ == "__main__":
    main()
