"""The whole wiring of the calendar service."""

from datetime import UTC, datetime

from chassis.db import Database
from chassis.health import AsyncHealthServer, HealthServer
from chassis.jmap.batch import run_batch
from chassis.settings import from_environment
from contracts.calendar import CalendarStateChanged
from contracts.jmap import JmapBatch, JmapBatchReply
from services.calendar.adapters.store import PostgresAgendaStore
from services.calendar.application.jmap.methods import methods
from services.calendar.settings import CalendarSettings

PUBLISHED = (CalendarStateChanged,)


class Calendar:
    """The service without its entrypoints."""

    def __init__(self, database: Database) -> None:
        self._methods = methods(PostgresAgendaStore(database), lambda: datetime.now(UTC))

    def jmap(self, batch: JmapBatch) -> JmapBatchReply:
        return run_batch(batch, self._methods)


def settings() -> CalendarSettings:
    return from_environment(CalendarSettings)


def database(wanted: CalendarSettings) -> Database:
    return Database(wanted.calendar_database_url, size=wanted.calendar_workers, application_name="calendar")


def health(wanted: CalendarSettings, own: Database) -> HealthServer:
    return HealthServer(wanted.health_host, wanted.health_port, database=own)


def relay_health(wanted: CalendarSettings) -> AsyncHealthServer:
    return AsyncHealthServer(wanted.health_host, wanted.health_port)
