"""The displayed codes that were used."""

from datetime import datetime

from services.auth.adapters.store.tables import Tables


class ChallengeTables(Tables):
    def use_challenge(self, digest: bytes, expires_at: datetime) -> bool:
        sql = "INSERT INTO used_challenge (digest, expires_at) VALUES (%s, %s) ON CONFLICT DO NOTHING"
        return self._tx.execute(sql, (digest, expires_at)) == 1
