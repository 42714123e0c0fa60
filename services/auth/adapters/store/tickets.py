"""Activation tickets: the newest one of each account."""

from datetime import datetime

from services.auth.adapters.store.account_rows import ACCOUNT, account_of
from services.auth.adapters.store.tables import Tables
from services.auth.domain.account import Account


class TicketTables(Tables):
    def put_ticket(self, account_id: str, ticket_hash: bytes, expires_at: datetime) -> None:
        self._tx.execute(
            "INSERT INTO activation_ticket (account_id, ticket_hash, expires_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (account_id) DO UPDATE SET ticket_hash = EXCLUDED.ticket_hash,"
            " expires_at = EXCLUDED.expires_at",
            (account_id, ticket_hash, expires_at),
        )

    def account_of_ticket(self, ticket_hash: bytes, now: datetime) -> Account | None:
        row = self._tx.one(
            f"SELECT {ACCOUNT} FROM activation_ticket t JOIN account a USING (account_id)"  # noqa: S608
            " WHERE t.ticket_hash = %s AND t.expires_at > %s",
            (ticket_hash, now),
        )
        return account_of(row) if row else None

    def take_ticket(self, ticket_hash: bytes, now: datetime) -> bool:
        sql = "DELETE FROM activation_ticket WHERE ticket_hash = %s AND expires_at > %s"
        return self._tx.execute(sql, (ticket_hash, now)) == 1

    def drop_ticket(self, account_id: str) -> None:
        self._tx.execute("DELETE FROM activation_ticket WHERE account_id = %s", (account_id,))
