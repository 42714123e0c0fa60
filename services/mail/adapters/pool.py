"""asyncpg pools, as the processes of the flow use them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg

CONNECT_SECONDS = 5.0
COMMAND_SECONDS = 15.0
CLOSE_SECONDS = 1.0
ACQUIRE_SECONDS = 10.0
"""How long to wait for a connection while all are busy: a client may rather be asked to come again."""
DATABASE_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
"""What a statement raises when the database is away, restarting, or refuses."""


@contextlib.asynccontextmanager
async def open_pool(url: str, size: int, name: str) -> AsyncIterator["asyncpg.Pool"]:
    """Connects when first used, so a process can start before its database does."""
    pool = asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        timeout=CONNECT_SECONDS,
        command_timeout=COMMAND_SECONDS,
        server_settings={"application_name": name},
    )
    await pool
    try:
        yield pool
    finally:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await pool.close()
        except TimeoutError:
            pool.terminate()


async def answers(pool: "asyncpg.Pool") -> bool:
    """Whether the database answers now."""
    try:
        async with asyncio.timeout(2.0):
            await pool.fetchval("SELECT 1")
    except DATABASE_ERRORS:
        return False
    return True
