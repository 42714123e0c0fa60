"""The process that keeps the directory: each new agent finds a card there, and a personal address book."""

from chassis import green  # noqa: F401,I001  must be first

import logging
import sys

import psycopg2

from chassis.db import Transaction
from chassis.events import EventService, on_event
from chassis.logging import configure
from chassis.serve import serve
from chassis.settings import institution
from contracts.auth import AccountChanged, AccountCreated
from services.contacts import bootstrap
from services.contacts.adapters.store import PostgresContactsStore, directory_in
from services.contacts.application.name_establishments import name_establishments
from services.contacts.application.take_in_account import take_in_account

log = logging.getLogger(__name__)


class ContactsEvents(EventService):
    name = "contacts-events"

    @on_event(AccountCreated, consumer="contacts")
    def account_created(self, event: AccountCreated, tx: Transaction) -> None:
        take_in_account(directory_in(tx), event)

    @on_event(AccountChanged, consumer="contacts")
    def account_changed(self, event: AccountChanged, tx: Transaction) -> None:
        take_in_account(directory_in(tx), event)


def main() -> None:
    configure("contacts-events")
    settings = bootstrap.settings()
    database = bootstrap.database(settings)
    names = {establishment.uai: establishment.name for establishment in institution().establishments}
    try:
        name_establishments(PostgresContactsStore(database), names)
    except psycopg2.OperationalError as error:
        log.critical("the database does not answer", exc_info=error)
        sys.exit(1)
    ContactsEvents.db = database
    serve(
        ContactsEvents,
        amqp_url=settings.amqp_url,
        max_workers=settings.contacts_workers,
        health=bootstrap.health(settings, database),
    )


if __name__ == "__main__":
    main()
