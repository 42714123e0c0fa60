"""Takes in what auth tells of accounts: `python -m services.mail.entrypoints.events`."""

from chassis import green  # noqa: F401,I001  must be first

from typing import ClassVar

from chassis import logging as json_logging
from chassis.db import Database, Transaction
from chassis.events import EventService, on_event
from chassis.health import HealthServer
from chassis.serve import serve
from chassis.settings import from_environment
from contracts.auth import AccountChanged, AccountCreated, DirectoryPosition
from services.mail.adapters.store.accounts import Accounts
from services.mail.application.ports import AccountDirectory
from services.mail.settings import EventsSettings


class MailEvents(EventService):
    name = "mail-events"
    accounts: ClassVar[AccountDirectory] = Accounts()

    @on_event(AccountCreated, consumer="mail")
    def account_created(self, event: AccountCreated, tx: Transaction) -> None:
        self.accounts.apply(tx, event)

    @on_event(AccountChanged, consumer="mail")
    def account_changed(self, event: AccountChanged, tx: Transaction) -> None:
        self.accounts.apply(tx, event)

    @on_event(DirectoryPosition, consumer="mail")
    def directory_position(self, event: DirectoryPosition, tx: Transaction) -> None:
        self.accounts.position(tx, event)


def main() -> None:
    settings = from_environment(EventsSettings)
    json_logging.configure("mail-events")
    workers = settings.mail_events_workers
    MailEvents.db = Database(settings.mail_database_url, size=workers, application_name="mail-events")
    serve(
        MailEvents,
        amqp_url=settings.amqp_url,
        max_workers=workers,
        health=HealthServer(settings.health_host, settings.health_port, database=MailEvents.db),
    )


if __name__ == "__main__":
    main()
