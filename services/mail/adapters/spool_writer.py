"""The way into the spool, for asyncio processes."""

import asyncpg

from services.mail.adapters.pool import ACQUIRE_SECONDS, DATABASE_ERRORS
from services.mail.adapters.wakeup import Wakeup
from services.mail.application.intake import SpooledMessage, StorageUnavailableError

ADD = """
WITH message AS (
    INSERT INTO spool (id, sha256, size, trace, mail_from, source, received_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    RETURNING id
)
INSERT INTO spool_recipient (spool_id, address, account_id)
SELECT message.id, address, account_id FROM message, unnest($8::text[], $9::text[]) AS given (address, account_id)
"""


class PostgresSpoolWriter:
    """One statement, one commit, one round trip a message. Delivery is woken apart from it: NOTIFY inside would make
    all commits of the database wait for one another."""

    def __init__(self, pool: "asyncpg.Pool", wakeup: Wakeup) -> None:
        self._pool = pool
        self._wakeup = wakeup

    async def add(self, message: SpooledMessage) -> None:
        try:
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                await connection.execute(
                    ADD,
                    message.id,
                    message.blob.sha256,
                    message.blob.size,
                    message.trace,
                    message.mail_from,
                    message.source,
                    message.received_at,
                    [recipient.address for recipient in message.recipients],
                    [recipient.account_id for recipient in message.recipients],
                )
        except DATABASE_ERRORS as error:
            raise StorageUnavailableError("spool") from error
        self._wakeup.ring()
