"""Printed recovery codes, by their digest."""

from collections.abc import Sequence

from services.auth.adapters.store.tables import Tables
from services.auth.domain.account import KeyedDigest


class RecoveryCodeTables(Tables):
    def replace_recovery_codes(self, account_id: str, codes: Sequence[KeyedDigest]) -> None:
        self._tx.execute("DELETE FROM recovery_code WHERE account_id = %s", (account_id,))
        self._tx.values(
            "INSERT INTO recovery_code (account_id, code_key_id, code_hmac) VALUES %s",
            [(account_id, code.key_id, code.digest) for code in codes],
        )

    def is_recovery_code(self, account_id: str, candidates: Sequence[bytes]) -> bool:
        sql = "SELECT 1 FROM recovery_code WHERE account_id = %s AND code_hmac = ANY(%s)"
        return self._tx.one(sql, (account_id, list(candidates))) is not None

    def take_recovery_code(self, account_id: str, candidates: Sequence[bytes]) -> bool:
        sql = "DELETE FROM recovery_code WHERE account_id = %s AND code_hmac = ANY(%s)"
        return self._tx.execute(sql, (account_id, list(candidates))) == 1

    def recovery_codes_left(self, account_id: str, key_ids: Sequence[str]) -> int:
        sql = "SELECT count(*) AS left FROM recovery_code WHERE account_id = %s AND code_key_id = ANY(%s)"
        return int(self._tx.only(sql, (account_id, list(key_ids)))["left"])
