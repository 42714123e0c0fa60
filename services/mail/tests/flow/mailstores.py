"""A mailstore that something happens to on the way."""

from collections.abc import Sequence
from datetime import datetime

from chassis.db import Transaction
from services.mail.adapters.store.store import PostgresMailstore
from services.mail.application.ports import AppendResult, Role, StoredMessage


class Interrupted(PostgresMailstore):
    """`before` and `after` are called around each append, inside its transaction."""

    def before(self, account_id: str) -> None:
        """Nothing happens."""

    def after(self, account_id: str) -> None:
        """Nothing happens."""

    def append(
        self,
        tx: Transaction,
        account_id: str,
        message: StoredMessage,
        *,
        role: Role | None = None,
        mailbox_ids: Sequence[int] = (),
        keywords: Sequence[str] = (),
        received_at: datetime,
        delivery_key: str | None = None,
    ) -> AppendResult:
        self.before(account_id)
        result = super().append(tx, account_id, message, role=role, received_at=received_at, delivery_key=delivery_key)
        self.after(account_id)
        return result
