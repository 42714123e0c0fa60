"""What an account signed in from before."""

from datetime import datetime

from services.auth.adapters.store.tables import Tables
from services.auth.application.ports import DeviceKind

MAX_KNOWN_OF_A_KIND = 20


class DeviceTables(Tables):
    def is_known_device(self, account_id: str, digest: bytes) -> bool:
        sql = "SELECT 1 FROM known_device WHERE account_id = %s AND digest = %s"
        return self._tx.one(sql, (account_id, digest)) is not None

    def remember_device(
        self, account_id: str, digest: bytes, now: datetime, kind: DeviceKind = DeviceKind.COOKIE
    ) -> None:
        """A device that comes back within the hour costs no write."""
        written = self._tx.execute(
            "INSERT INTO known_device AS d (account_id, digest, kind, seen_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (account_id, digest) DO UPDATE SET seen_at = EXCLUDED.seen_at"
            " WHERE d.seen_at < EXCLUDED.seen_at - interval '1 hour'",
            (account_id, digest, kind.value, now),
        )
        if written:
            self._tx.execute(
                "DELETE FROM known_device WHERE account_id = %(account)s AND digest IN (SELECT digest FROM known_device"
                " WHERE account_id = %(account)s AND kind = %(kind)s ORDER BY seen_at DESC, digest OFFSET %(kept)s)",
                {"account": account_id, "kind": kind.value, "kept": MAX_KNOWN_OF_A_KIND},
            )

    def forget_devices(self, account_id: str) -> None:
        self._tx.execute("DELETE FROM known_device WHERE account_id = %s", (account_id,))
