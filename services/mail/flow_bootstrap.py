"""The wiring of the flow of mail: one function a process."""

import asyncio
import logging
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import psycopg2

from chassis.blobs.settings import blob_store
from chassis.db import Database, PoolExhaustedError
from chassis.health import AsyncHealthServer, HealthServer
from chassis.settings import InstitutionSettings
from services.mail.adapters.address_book import PostgresAddressBook
from services.mail.adapters.bell import Bell
from services.mail.adapters.incoming_blob import ThreadedBlobIntake
from services.mail.adapters.outbound import PostgresOutboundQueue
from services.mail.adapters.pool import answers, open_pool
from services.mail.adapters.relay_smtp import SmtpRelay
from services.mail.adapters.spool import PostgresSpool
from services.mail.adapters.spool_writer import PostgresSpoolWriter
from services.mail.adapters.store.store import PostgresMailstore
from services.mail.adapters.wakeup import Wakeup
from services.mail.application.accept_message import AcceptMessage
from services.mail.application.deliver_spooled import DeliverSpooled
from services.mail.application.delivery_workers import DeliveryWorkers
from services.mail.application.failure_reports import FailureReports
from services.mail.application.intake import Envelope, IncomingMessage, SpoolWriter
from services.mail.application.outbound_workers import OutboundWorkers
from services.mail.application.relay_outside import RelayOutside
from services.mail.bootstrap import quota_limits
from services.mail.flow_metrics import accepted, count_delivery, count_reply, sessions, show_spool
from services.mail.flow_settings import DeliverySettings, OutboundSettings, SmtpSettings
from services.mail.parser.client import ParserClient
from services.mail.smtp.bounds import Bounds
from services.mail.smtp.listener import Listener
from services.mail.smtp.session import Accept

log = logging.getLogger(__name__)
GAUGE_SECONDS = 5.0
STOP_SECONDS = 7.0
MakeAccept = Callable[[SpoolWriter, str], Accept]


def accept_durably(spool: SpoolWriter, host_name: str) -> Accept:
    use_case = AcceptMessage(spool, host_name)

    async def accept(envelope: Envelope, incoming: IncomingMessage) -> str:
        spool_id = await use_case.accept(envelope, incoming)
        accepted.inc()
        return spool_id

    return accept


@asynccontextmanager
async def listener(
    settings: SmtpSettings, institution: InstitutionSettings, make_accept: MakeAccept = accept_durably
) -> AsyncIterator[Listener]:
    """A listener ready to `serve`; `make_accept` is what a test may put in the place of durable acceptance."""
    host_name = f"mx.{institution.institution.domain}"
    bounds = Bounds(
        message_bytes=institution.mail.max_message_bytes,
        sessions=settings.smtp_sessions,
        sessions_per_source=settings.smtp_sessions_per_source,
    )
    threads = ThreadPoolExecutor(settings.smtp_connections, thread_name_prefix="blobs")
    async with open_pool(settings.database, settings.smtp_connections, "mail-smtp") as pool:
        wakeup = Wakeup(pool, "spool")
        ringing = asyncio.create_task(wakeup.run())
        try:
            yield Listener(
                host_name=host_name,
                addresses=PostgresAddressBook(pool, institution.institution.domain, quota_limits(institution)),
                blobs=ThreadedBlobIntake(blob_store(settings), threads),
                accept=make_accept(PostgresSpoolWriter(pool, wakeup), host_name),
                bounds=bounds,
            )
        finally:
            ringing.cancel()
            threads.shutdown(wait=False)


async def run_listener(
    settings: SmtpSettings, institution: InstitutionSettings, make_accept: MakeAccept = accept_durably
) -> None:
    """The process mail-smtp, until cancelled."""
    async with (
        listener(settings, institution, make_accept) as smtp,
        open_pool(settings.database, 1, "mail-smtp-health") as health_pool,
        AsyncHealthServer(settings.health_host, settings.health_port) as health,
    ):
        health.add_check("database", lambda: answers(health_pool))
        sessions.set_function(lambda: smtp.sessions)
        await smtp.serve(settings.smtp_host, settings.smtp_port)


def run_delivery(settings: DeliverySettings, institution: InstitutionSettings) -> None:
    """The process mail-delivery, until SIGTERM."""
    database = Database(settings.database, size=2 * settings.delivery_threads + 2, application_name="mail-delivery")
    parser = ParserClient(str(settings.mail_parser_socket), connections=settings.delivery_threads)
    spool = PostgresSpool()
    use_case = DeliverSpooled(database, spool, PostgresMailstore(), parser, institution.mail.postmaster)
    bell = Bell(settings.database, "spool")
    workers = DeliveryWorkers(use_case.deliver_one, bell, settings.delivery_threads, count_delivery)
    health = HealthServer(settings.health_host, settings.health_port, database=database)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    threading.Thread(target=bell.run, name="bell", daemon=True).start()
    health.start()
    workers.start()
    while workers.alive and not stopping.wait(GAUGE_SECONDS):
        _measure(database, spool)
    failed = not workers.alive
    workers.tell_to_stop()
    bell.stop()
    if not workers.join(STOP_SECONDS) or failed:
        sys.exit(1)


async def run_outbound(settings: OutboundSettings, institution: InstitutionSettings) -> None:
    """The process mail-outbound, until cancelled."""
    domain = institution.institution.domain
    database = Database(settings.database, size=settings.outbound_sends + 2, application_name="mail-outbound")
    blobs, queue = blob_store(settings), PostgresOutboundQueue()
    work = RelayOutside(
        database,
        queue,
        PostgresSpool(),
        PostgresMailstore(),
        FailureReports(blobs, domain=domain, institution=institution.institution.name),
    )
    relay = SmtpRelay(settings.relay_host, settings.relay_port, f"mx.{domain}", blobs)
    woken = asyncio.Event()
    workers = OutboundWorkers(work, relay, settings.outbound_sends, woken, count_reply)
    loop = asyncio.get_running_loop()
    bell = Bell(settings.database, "outbound", lambda: loop.call_soon_threadsafe(woken.set))
    threading.Thread(target=bell.run, name="bell", daemon=True).start()
    try:
        async with AsyncHealthServer(settings.health_host, settings.health_port) as health:
            health.add_check("database", lambda: asyncio.to_thread(database.ready))
            await workers.run()
    finally:
        bell.stop()


def _measure(database: Database, spool: PostgresSpool) -> None:
    try:
        with database.transaction(read_only=True) as tx:
            show_spool(spool.figures(tx))
    except (psycopg2.Error, PoolExhaustedError):
        log.warning("the spool cannot be measured")
