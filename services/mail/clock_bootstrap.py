"""The wiring of mail-clock: every job is one line of `jobs`."""

import signal
import sys
import threading

from chassis.db import Database
from chassis.health import HealthServer
from chassis.settings import InstitutionSettings
from services.mail.adapters.store.forgetting import PostgresChangeLog
from services.mail.application.clock import Clock, Job
from services.mail.application.forget_changes import ForgetChanges
from services.mail.flow_metrics import count_turn
from services.mail.flow_settings import ClockSettings

LOOK_SECONDS = 5.0
STOP_SECONDS = 7.0
CONNECTIONS = 16
"""More than there are jobs, so that a slow one keeps no other waiting."""


def jobs(settings: ClockSettings, institution: InstitutionSettings, database: Database) -> list[Job]:  # noqa: ARG001 - the jobs come one by one
    """All that mail does by the clock."""
    forget_changes = ForgetChanges(PostgresChangeLog(database), institution.mail.changes_kept_days)
    return [
        Job("forget-changes", forget_changes.turn),
    ]


def run_clock(settings: ClockSettings, institution: InstitutionSettings) -> None:
    """The process mail-clock, until SIGTERM."""
    database = Database(settings.database, size=CONNECTIONS, application_name="mail-clock")
    clock = Clock(jobs(settings, institution, database), count_turn)
    health = HealthServer(settings.health_host, settings.health_port, database=database)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    health.start()
    clock.start()
    while clock.alive and not stopping.wait(LOOK_SECONDS):
        pass
    failed = not clock.alive
    if not clock.stop(STOP_SECONDS) or failed:
        sys.exit(1)
