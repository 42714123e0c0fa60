"""The wiring of the flow of mail: one function a process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from chassis.blobs import BlobStore
from chassis.health import AsyncHealthServer
from chassis.settings import InstitutionSettings
from services.mail.adapters.address_book import PostgresAddressBook
from services.mail.adapters.incoming_blob import ThreadedBlobIntake
from services.mail.adapters.pool import answers, open_pool
from services.mail.adapters.spool_writer import PostgresSpoolWriter
from services.mail.adapters.wakeup import Wakeup
from services.mail.application.accept_message import AcceptMessage
from services.mail.application.intake import SpoolWriter
from services.mail.flow_settings import SmtpSettings
from services.mail.smtp.bounds import Bounds
from services.mail.smtp.listener import Listener
from services.mail.smtp.session import Accept

MakeAccept = Callable[[SpoolWriter, str], Accept]


def accept_durably(spool: SpoolWriter, host_name: str) -> Accept:
    return AcceptMessage(spool, host_name).accept


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
                addresses=PostgresAddressBook(pool, institution.institution.domain),
                blobs=ThreadedBlobIntake(BlobStore(settings.blob_root), threads),
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
        await smtp.serve(settings.smtp_host, settings.smtp_port)
