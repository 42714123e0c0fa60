"""Sends the mails that auth owes to agents: `python -m services.auth.entrypoints.notices`. asyncio; database work in
threads."""

import asyncio

from chassis import aio, logging
from chassis.db import Database
from chassis.health import AsyncHealthServer
from chassis.settings import from_environment, institution
from services.auth.notices_bootstrap import build
from services.auth.settings import NoticesSettings


async def _run(settings: NoticesSettings) -> None:
    size = settings.notices_at_once + 1
    database = Database(settings.auth_database_url, size=size, application_name="auth-notices")
    send_notices = build(settings, institution(), database)
    async with AsyncHealthServer(settings.health_host, settings.health_port) as health:
        health.add_check("database", lambda: asyncio.to_thread(database.ready))
        await send_notices.run(settings.notices_at_once)


def main() -> None:
    settings = from_environment(NoticesSettings)
    logging.configure("auth-notices")
    aio.run(_run(settings))


if __name__ == "__main__":
    main()
