"""The wiring of the operator's commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chassis.db import Database
from chassis.settings import InstitutionSettings
from services.mail.adapters.store.left_messages import LeftMessages
from services.mail.adapters.store.quotas import Quotas
from services.mail.adapters.walks import Walks
from services.mail.application.collect_blobs import CollectBlobs
from services.mail.application.collect_messages import CollectMessages
from services.mail.application.quotas import ManageQuotas
from services.mail.bootstrap import quota_limits
from services.mail.clock_bootstrap import collect_blobs
from services.mail.flow_settings import GraceSettings


class OperatorSettings(GraceSettings):
    mail_database_url: str


@dataclass(frozen=True, slots=True)
class Operator:
    """What the commands may do."""

    quotas: ManageQuotas
    messages: CollectMessages
    blobs: CollectBlobs


@contextmanager
def operator(settings: OperatorSettings, institution: InstitutionSettings) -> Iterator[Operator]:
    database = Database(settings.mail_database_url, size=2, statement_timeout_ms=60_000, application_name="mail-cli")
    try:
        yield Operator(
            quotas=ManageQuotas(database, Quotas(), quota_limits(institution)),
            messages=CollectMessages(database, LeftMessages(), Walks(), settings.grace),
            blobs=collect_blobs(settings, database),
        )
    finally:
        database.close()
