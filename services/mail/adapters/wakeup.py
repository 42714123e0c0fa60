"""Tells the process that works a queue that there is something in it, by NOTIFY, apart from the commits themselves.

A bell that is not heard costs no mail, only time: whoever works a queue also looks by itself.
"""

import asyncio
import logging

import asyncpg

from services.mail.adapters.pool import DATABASE_ERRORS

log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.01
RETRY_SECONDS = 1.0


class Wakeup:
    """Rings at once, then at most every PAUSE_SECONDS however often it is asked to."""

    def __init__(self, pool: "asyncpg.Pool", channel: str) -> None:
        self._pool = pool
        self._channel = channel
        self._asked = asyncio.Event()

    def ring(self) -> None:
        self._asked.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            try:
                async with self._pool.acquire() as connection:
                    await connection.execute("SELECT pg_notify($1, '')", self._channel)
            except DATABASE_ERRORS:
                log.warning("could not announce", extra={"channel": self._channel})
                self._asked.set()
                await asyncio.sleep(RETRY_SECONDS)
            await asyncio.sleep(PAUSE_SECONDS)
