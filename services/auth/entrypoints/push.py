"""Tells push servers what changed: `python -m services.auth.entrypoints.push`. asyncio; database work in threads."""

import asyncio

from chassis import aio, logging
from chassis.db import Database
from chassis.event_batches import take_in_batches
from chassis.health import AsyncHealthServer
from chassis.settings import from_environment, institution
from contracts.base import Event
from contracts.calendar import CalendarStateChanged
from contracts.contacts import ContactsStateChanged
from contracts.mail import MailStateChanged
from services.auth.push_bootstrap import build
from services.auth.settings import PushSettings

EVENTS: tuple[type[Event], ...] = (MailStateChanged, CalendarStateChanged, ContactsStateChanged)
DATABASE_CONNECTIONS = 6


async def _run(settings: PushSettings) -> None:
    database = Database(settings.auth_database_url, size=DATABASE_CONNECTIONS, application_name="auth-push")
    push = build(settings, institution(), database)
    connected = False

    async def take(events: list[Event]) -> None:
        await asyncio.to_thread(push.take_states, events)

    def note(state: bool) -> None:
        nonlocal connected
        connected = state

    async def broker() -> bool:
        return connected

    async with AsyncHealthServer(settings.health_host, settings.health_port) as health, asyncio.TaskGroup() as tasks:
        health.add_check("database", lambda: asyncio.to_thread(database.ready))
        health.add_check("broker", broker)
        tasks.create_task(push.send_pushes.run())
        tasks.create_task(take_in_batches(settings.amqp_url, EVENTS, take, consumer="auth", on_connection=note))


def main() -> None:
    settings = from_environment(PushSettings)
    logging.configure("auth-push")
    aio.run(_run(settings))


if __name__ == "__main__":
    main()
