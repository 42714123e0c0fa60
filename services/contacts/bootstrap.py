"""The whole wiring of the contacts service."""

from datetime import UTC, datetime

from chassis.db import Database
from chassis.health import AsyncHealthServer, HealthServer
from chassis.jmap.batch import run_batch
from chassis.settings import from_environment
from contracts.contacts import ContactsStateChanged
from contracts.jmap import JmapBatch, JmapBatchReply
from services.contacts.adapters.store import PostgresContactsStore
from services.contacts.application.jmap.methods import methods
from services.contacts.settings import ContactsSettings

PUBLISHED = (ContactsStateChanged,)


class Contacts:
    """The service without its entrypoints."""

    def __init__(self, database: Database) -> None:
        self._methods = methods(PostgresContactsStore(database), lambda: datetime.now(UTC))

    def jmap(self, batch: JmapBatch) -> JmapBatchReply:
        return run_batch(batch, self._methods)


def settings() -> ContactsSettings:
    return from_environment(ContactsSettings)


def database(wanted: ContactsSettings) -> Database:
    url, size = wanted.contacts_database_url, wanted.contacts_workers
    return Database(url, size=size, statement_timeout_ms=5_000, application_name="contacts")


def health(wanted: ContactsSettings, own: Database) -> HealthServer:
    return HealthServer(wanted.health_host, wanted.health_port, database=own)


def relay_health(wanted: ContactsSettings) -> AsyncHealthServer:
    return AsyncHealthServer(wanted.health_host, wanted.health_port)
