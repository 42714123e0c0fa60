"""The wiring of mail-clock: every job is one line of `jobs`."""

import signal
import sys
import threading

from chassis.blobs.settings import blob_shelves, blob_store
from chassis.db import Database
from chassis.health import HealthServer
from chassis.settings import InstitutionSettings
from services.mail.adapters.held import PostgresHeldMessages
from services.mail.adapters.outbound import PostgresOutboundQueue
from services.mail.adapters.spool import PostgresSpool
from services.mail.adapters.store.blob_uses import BlobUses
from services.mail.adapters.store.forgetting import PostgresChangeLog
from services.mail.adapters.store.left_messages import LeftMessages
from services.mail.adapters.store.old_mail import OldMail
from services.mail.adapters.store.snoozes import PostgresSnoozes
from services.mail.adapters.store.store import PostgresStore
from services.mail.adapters.submission_queue import PostgresSubmissionQueue
from services.mail.adapters.walks import Walks
from services.mail.application.clock import Clock, Job
from services.mail.application.collect_blobs import CollectBlobs
from services.mail.application.collect_messages import CollectMessages
from services.mail.application.due import DoDue
from services.mail.application.failure_reports import FailureReports
from services.mail.application.forget_changes import ForgetChanges
from services.mail.application.release_held import ReleaseHeld
from services.mail.application.retention import Retention
from services.mail.application.snooze import WakeSnoozed
from services.mail.flow_metrics import count_turn
from services.mail.flow_settings import ClockSettings, GraceSettings

LOOK_SECONDS = 5.0
STOP_SECONDS = 7.0
CONNECTIONS = 16
"""More than there are jobs, so that a slow one keeps no other waiting."""


def jobs(settings: ClockSettings, institution: InstitutionSettings, database: Database) -> list[Job]:
    """All that mail does by the clock."""
    forget_changes = ForgetChanges(PostgresChangeLog(database), institution.mail.changes_kept_days)
    return [
        Job("forget-changes", forget_changes.turn),
        Job("wake-snoozed", DoDue(database, PostgresSnoozes(), WakeSnoozed(PostgresStore(database)).wake).turn),
        Job("release", _release(settings, institution, database).turn),
        Job("retention", _retention(institution, database).turn),
        Job("collect-messages", CollectMessages(database, LeftMessages(), Walks(), settings.grace).turn),
        Job("collect-blobs", collect_blobs(settings, database).turn),
    ]


def _release(settings: ClockSettings, institution: InstitutionSettings, database: Database) -> DoDue:
    domain, name = institution.institution.domain, institution.institution.name
    store, spool, held = PostgresStore(database), PostgresSpool(), PostgresHeldMessages()
    queue = PostgresSubmissionQueue(spool, PostgresOutboundQueue(), held, domain)
    reports = FailureReports(blob_store(settings), domain=domain, institution=name)
    return DoDue(database, held, ReleaseHeld(store, held, queue, spool, reports).release)


def _retention(institution: InstitutionSettings, database: Database) -> Retention:
    days = {"trash_days": institution.mail.trash_days, "junk_days": institution.mail.junk_days}
    return Retention(database, PostgresStore(database), OldMail(), Walks(), **days)


def collect_blobs(settings: GraceSettings, database: Database) -> CollectBlobs:
    return CollectBlobs(database, blob_shelves(settings), BlobUses(), Walks(), settings.grace)


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
