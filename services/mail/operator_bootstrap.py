"""The wiring of the operator's commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chassis.blobs.settings import BlobSettings
from chassis.db import Database
from chassis.settings import InstitutionSettings
from services.mail.adapters.store.quotas import Quotas
from services.mail.application.quotas import ManageQuotas
from services.mail.bootstrap import quota_limits


class OperatorSettings(BlobSettings):
    mail_database_url: str


@dataclass(frozen=True, slots=True)
class Operator:
    """What the commands may do."""

    quotas: ManageQuotas


@contextmanager
def operator(settings: OperatorSettings, institution: InstitutionSettings) -> Iterator[Operator]:
    database = Database(settings.mail_database_url, size=2, statement_timeout_ms=60_000, application_name="mail-cli")
    try:
        yield Operator(quotas=ManageQuotas(database, Quotas(), quota_limits(institution)))
    finally:
        database.close()
