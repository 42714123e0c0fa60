"""The wiring of mail-search: attachments are read for their words."""

import asyncio
import logging

import psycopg2

from chassis.db import Database, PoolExhaustedError
from chassis.health import AsyncHealthServer
from services.mail.adapters.attachment_queue import PostgresAttachmentQueue
from services.mail.application.attachment_readers import AttachmentReaders
from services.mail.application.attachment_texts import AttachmentTexts
from services.mail.extraction.pool import WORKER, ExtractionPool
from services.mail.flow_metrics import attachments_waiting, count_attachment
from services.mail.flow_settings import SearchSettings
from services.mail.parser.pool import Pool, PoolLimits

log = logging.getLogger(__name__)
RECYCLE = 200
"""Attachments before a child is replaced: libraries that read documents keep some of them."""
GAUGE_SECONDS = 15.0


async def run_search(settings: SearchSettings, worker: str = WORKER) -> None:
    """The process mail-search, until cancelled. worker: the module that children run."""
    readers = settings.mail_search_readers
    limits = PoolLimits(readers, readers, RECYCLE, settings.mail_search_seconds)
    database = Database(settings.database, size=readers + 2, application_name="mail-search")
    work = AttachmentTexts(database, PostgresAttachmentQueue())
    async with (
        AsyncHealthServer(settings.health_host, settings.health_port) as health,
        Pool(worker, _environment(settings), limits) as pool,
        asyncio.TaskGroup() as group,
    ):
        health.add_check("children", pool.ready)
        health.add_check("database", lambda: asyncio.to_thread(database.ready))
        group.create_task(_measure(work))
        group.create_task(AttachmentReaders(work, ExtractionPool(pool), readers, count_attachment).run())


def _environment(settings: SearchSettings) -> dict[str, str]:
    """What services.mail.parser.worker reads."""
    return {
        **settings.variables(),
        "MAIL_PARSER_SECONDS": str(settings.mail_search_seconds),
        "MAIL_PARSER_MEMORY_MB": str(settings.mail_search_memory_mb),
    }


async def _measure(work: AttachmentTexts) -> None:
    while True:
        try:
            attachments_waiting.set(await asyncio.to_thread(work.waiting))
        except (psycopg2.Error, PoolExhaustedError):
            log.warning("the queue of attachments cannot be measured")
        await asyncio.sleep(GAUGE_SECONDS)
