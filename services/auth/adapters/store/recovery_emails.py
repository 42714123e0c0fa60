"""Recovery addresses."""

from datetime import datetime

from services.auth.adapters.store.tables import Tables
from services.auth.application.ports.recovery_emails import LinkedEmail, RecoveryEmails


class RecoveryEmailTables(Tables):
    def recovery_emails(self, account_id: str) -> RecoveryEmails:
        rows = self._tx.all("SELECT confirmed, address FROM recovery_email WHERE account_id = %s", (account_id,))
        addresses = {row["confirmed"]: row["address"] for row in rows}
        return RecoveryEmails(confirmed=addresses.get(True), waiting=addresses.get(False))

    def put_waiting_email(self, account_id: str, address: str, now: datetime) -> None:
        self._tx.execute(
            "INSERT INTO recovery_email (account_id, confirmed, address, set_at) VALUES (%s, false, %s, %s)"
            " ON CONFLICT (account_id, confirmed) DO UPDATE SET address = EXCLUDED.address, set_at = EXCLUDED.set_at,"
            " token_hash = NULL, token_expires_at = NULL",
            (account_id, address, now),
        )

    def put_confirmation(self, account_id: str, token_hash: bytes, expires_at: datetime) -> None:
        self._tx.execute(
            "UPDATE recovery_email SET token_hash = %s, token_expires_at = %s WHERE account_id = %s AND NOT confirmed",
            (token_hash, expires_at, account_id),
        )

    def email_of_confirmation(self, token_hash: bytes, now: datetime) -> LinkedEmail | None:
        row = self._tx.one(
            "SELECT account_id, confirmed FROM recovery_email WHERE token_hash = %s AND token_expires_at > %s",
            (token_hash, now),
        )
        return LinkedEmail(row["account_id"], row["confirmed"]) if row else None

    def confirm_email(self, account_id: str) -> None:
        self._tx.execute("DELETE FROM recovery_email WHERE account_id = %s AND confirmed", (account_id,))
        self._tx.execute("UPDATE recovery_email SET confirmed = true WHERE account_id = %s", (account_id,))

    def remove_recovery_emails(self, account_id: str) -> None:
        self._tx.execute("DELETE FROM recovery_email WHERE account_id = %s", (account_id,))
