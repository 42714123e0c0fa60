"""Recoveries under way, and the tickets that let a new password be chosen."""

from collections.abc import Sequence
from datetime import datetime

from services.auth.adapters.store.account_rows import ACCOUNT, account_of, digest_of
from services.auth.adapters.store.tables import Tables
from services.auth.application.ports.recoveries import Identity
from services.auth.domain.account import Account


class RecoveryTables(Tables):
    def identity(self, numen_digests: Sequence[bytes]) -> Identity:
        row = self._tx.only(
            "SELECT a.account_id, a.state, a.birth_date_key_id, a.birth_date_hmac"
            " FROM (VALUES (1)) AS always LEFT JOIN account a ON a.numen_hmac = ANY(%s) LIMIT 1",
            (list(numen_digests),),
        )
        birth_date = digest_of(row["birth_date_key_id"], row["birth_date_hmac"])
        return Identity(row["account_id"], row["state"], birth_date)

    def add_recovery(self, token_hash: bytes, account_id: str | None, expires_at: datetime) -> None:
        self._tx.execute(
            "INSERT INTO recovery_attempt (token_hash, account_id, expires_at) VALUES (%s, %s, %s)",
            (token_hash, account_id, expires_at),
        )

    def account_id_of_recovery(self, token_hash: bytes, now: datetime) -> str | None:
        row = self._tx.one(
            "SELECT account_id FROM recovery_attempt WHERE token_hash = %s AND expires_at > %s", (token_hash, now)
        )
        return row["account_id"] if row else None

    def end_recoveries(self, account_id: str) -> None:
        self._tx.execute("DELETE FROM recovery_attempt WHERE account_id = %s", (account_id,))
        self._tx.execute("DELETE FROM reset_ticket WHERE account_id = %s", (account_id,))

    def put_reset_ticket(self, account_id: str, ticket_hash: bytes, expires_at: datetime) -> None:
        self._tx.execute(
            "INSERT INTO reset_ticket (account_id, ticket_hash, expires_at) VALUES (%s, %s, %s)"
            " ON CONFLICT (account_id) DO UPDATE SET ticket_hash = EXCLUDED.ticket_hash,"
            " expires_at = EXCLUDED.expires_at",
            (account_id, ticket_hash, expires_at),
        )

    def account_of_reset_ticket(self, ticket_hash: bytes, now: datetime) -> Account | None:
        row = self._tx.one(
            f"SELECT {ACCOUNT} FROM reset_ticket t JOIN account a USING (account_id)"  # noqa: S608
            " WHERE t.ticket_hash = %s AND t.expires_at > %s",
            (ticket_hash, now),
        )
        return account_of(row) if row else None

    def take_reset_ticket(self, ticket_hash: bytes, now: datetime) -> bool:
        sql = "DELETE FROM reset_ticket WHERE ticket_hash = %s AND expires_at > %s"
        return self._tx.execute(sql, (ticket_hash, now)) == 1
