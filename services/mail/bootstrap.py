"""The wiring of mail-rpc and mail-events; the flow of mail has its own (flow_bootstrap)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chassis.blobs import BlobStore
from chassis.db import Database
from chassis.settings import InstitutionSettings
from services.mail.adapters.blob_files import BlobFiles, Run, in_place
from services.mail.adapters.held import PostgresHeldMessages
from services.mail.adapters.outbound import PostgresOutboundQueue
from services.mail.adapters.spool import PostgresSpool
from services.mail.adapters.store.store import PostgresStore
from services.mail.adapters.submission_queue import PostgresSubmissionQueue
from services.mail.application.jmap.context import Mail
from services.mail.application.jmap.methods import methods
from services.mail.application.mail_service import MailService
from services.mail.application.ports import Parser
from services.mail.application.rows import QuotaLimits

TIME_ZONE = ZoneInfo("Europe/Paris")
"""Of the Date that is written into agents' messages."""


def quota_limits(institution: InstitutionSettings) -> QuotaLimits:
    return QuotaLimits(institution.mail.quota_mb * 1_000_000, institution.mail.quota_emails)


def mail_service(
    database: Database, blob_store: BlobStore, parser: Parser, institution: InstitutionSettings, run: Run = in_place
) -> MailService:
    """`run`: see adapters.blob_files."""
    store, blobs = PostgresStore(database, quota_limits(institution)), BlobFiles(blob_store, run)
    domain = institution.institution.domain
    mail = Mail(
        store=store,
        parser=parser,
        blobs=blobs,
        queue=PostgresSubmissionQueue(PostgresSpool(), PostgresOutboundQueue(), PostgresHeldMessages(), domain),
        clock=lambda: datetime.now(TIME_ZONE),
        domain=domain,
        max_message_bytes=institution.mail.max_message_bytes,
        undo_send=timedelta(seconds=institution.mail.undo_send_seconds),
    )
    return MailService(store, blobs, methods(mail))
