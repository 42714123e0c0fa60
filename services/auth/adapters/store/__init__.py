"""The tables of auth on PostgreSQL, one group a file. All SQL of the service is here."""

from collections.abc import Iterator
from contextlib import contextmanager

from chassis.db import Database
from services.auth.adapters.store.accounts import AccountTables
from services.auth.adapters.store.activations import ActivationTables
from services.auth.adapters.store.challenges import ChallengeTables
from services.auth.adapters.store.devices import DeviceTables
from services.auth.adapters.store.events import EventTables
from services.auth.adapters.store.failures import FailureTables
from services.auth.adapters.store.imports import ImportTables
from services.auth.adapters.store.lapsed import LapsedTables
from services.auth.adapters.store.notices import NoticeTables
from services.auth.adapters.store.push_subscriptions import PushSubscriptionTables
from services.auth.adapters.store.recoveries import RecoveryTables
from services.auth.adapters.store.recovery_codes import RecoveryCodeTables
from services.auth.adapters.store.recovery_emails import RecoveryEmailTables
from services.auth.adapters.store.sessions import SessionTables
from services.auth.adapters.store.short_logins import ShortLoginTables
from services.auth.adapters.store.tickets import TicketTables
from services.auth.adapters.store.trail import TrailTables
from services.auth.application.ports import Refusal


class PostgresTransaction(
    AccountTables,
    ActivationTables,
    ChallengeTables,
    DeviceTables,
    EventTables,
    FailureTables,
    ImportTables,
    LapsedTables,
    NoticeTables,
    PushSubscriptionTables,
    RecoveryTables,
    RecoveryCodeTables,
    RecoveryEmailTables,
    SessionTables,
    ShortLoginTables,
    TicketTables,
    TrailTables,
):
    """Every table of auth, within one transaction."""


class PostgresStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def begin(self, *, read_only: bool = False) -> Iterator[PostgresTransaction]:
        refusal: Refusal | None = None
        with self._database.transaction(read_only=read_only) as tx:
            try:
                yield PostgresTransaction(tx)
            except Refusal as refused:
                refusal = refused
        if refusal is not None:
            raise refusal
