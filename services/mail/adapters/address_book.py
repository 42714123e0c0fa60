"""Who may be written to, for the listener: one query a recipient, on the tables that the events of auth fill and on
what the mailboxes hold."""

import asyncpg

from services.mail.adapters.pool import ACQUIRE_SECONDS, DATABASE_ERRORS
from services.mail.application.intake import Recipient, Standing, StorageUnavailableError
from services.mail.application.rows import QuotaLimits
from services.mail.domain.role_address import is_role_address

KNOWN_STATES = frozenset({"active", "never_activated"})
FIND = """
SELECT address.account_id, address.state, directory.applied_count >= directory.position
       AND directory.position_at > now() - interval '60 seconds' AS current,
       account_state.used_octets >= coalesce(account_state.hard_octets, $2)
       OR account_state.used_emails >= coalesce(account_state.hard_emails, $3) AS is_full
FROM directory LEFT JOIN address ON address.address = $1 LEFT JOIN account_state USING (account_id)
"""


class PostgresAddressBook:
    """ "No such address" is said only when every account is known here, and known to be (directory, by auth's events).
    Reads are tried twice: a connection that died with the database costs nobody a 451."""

    def __init__(self, pool: "asyncpg.Pool", domain: str, limits: QuotaLimits) -> None:
        self._pool = pool
        self._limits = limits
        self._domain = domain.lower()

    async def standing(self, address: str) -> tuple[Standing, Recipient | None]:
        address = address.lower()
        if is_role_address(address, self._domain):
            return Standing.KNOWN, Recipient(address.partition("@")[0] + "@" + self._domain, None)
        if address.rpartition("@")[2] != self._domain or "@" not in address:
            return Standing.NOT_OURS, None
        row = await self._find(address)
        if row["account_id"] is None:
            return (Standing.UNKNOWN if row["current"] else Standing.NOT_TOLD_YET), None
        if row["state"] not in KNOWN_STATES:
            return Standing.CLOSED, None
        if row["is_full"]:
            return Standing.FULL, None
        return Standing.KNOWN, Recipient(address, row["account_id"])

    async def _find(self, address: str) -> "asyncpg.Record":
        try:
            return await self._ask(address)
        except DATABASE_ERRORS:
            pass
        try:
            return await self._ask(address)
        except DATABASE_ERRORS as error:
            raise StorageUnavailableError("directory") from error

    async def _ask(self, address: str) -> "asyncpg.Record":
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            row = await connection.fetchrow(FIND, address, self._limits.octets, self._limits.emails)
        assert row is not None, "table directory has one row"
        return row
