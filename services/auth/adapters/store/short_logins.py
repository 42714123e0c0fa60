"""Short identifiers."""

from collections.abc import Mapping, Sequence

from services.auth.adapters.store.tables import Tables


class ShortLoginTables(Tables):
    def last_short_numbers(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """In one order for all, so that two imports can't lock each other out."""
        rows = self._tx.values(
            "INSERT INTO short_login_series (base, last_number) VALUES %s ON CONFLICT (base)"
            " DO UPDATE SET last_number = short_login_series.last_number + EXCLUDED.last_number"
            " RETURNING base, last_number",
            sorted(wanted.items()),
        )
        return {row["base"]: row["last_number"] for row in rows}

    def claim_short_logins(self, claims: Sequence[tuple[str, str]], domain: str) -> set[str]:
        rows = self._tx.values(
            "INSERT INTO short_login_ledger (short_login, account_id)"
            " SELECT c.short_login, c.account_id FROM (VALUES %s) AS c (short_login, account_id, address)"
            " WHERE NOT EXISTS (SELECT 1 FROM address_ledger l WHERE l.address = c.address)"
            " ON CONFLICT DO NOTHING RETURNING short_login",
            [(short_login, account_id, f"{short_login}@{domain}") for short_login, account_id in sorted(claims)],
        )
        return {row["short_login"] for row in rows}

    def is_short_login(self, text: str) -> bool:
        return self._tx.one("SELECT 1 FROM short_login_ledger WHERE short_login = %s", (text,)) is not None
