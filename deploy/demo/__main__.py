"""Loads the demonstration set into running services. Doing it again adds nothing.

Environment: that of the services, and DEMONSTRATION_FILE, where the lines that tell how to sign in are written.
"""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

from chassis.blobs.settings import BlobSettings, blob_store
from chassis.rpc_client import RpcClient
from chassis.settings import from_environment, institution, stop
from deploy.demo.accounts import Account, how_to_sign_in, import_agents
from deploy.demo.agenda_set import load_agenda
from deploy.demo.contacts_set import load_contacts
from deploy.demo.mail_set import MailSet, load_mail
from deploy.local.failure import Failure


async def load(accounts: list[Account], now: datetime) -> None:
    blobs = blob_store(from_environment(BlobSettings))
    placements = MailSet(accounts, institution().institution.domain, now).placements()
    async with RpcClient(_setting("AMQP_URL")) as client:
        emails = await load_mail(client, blobs, placements)
        events = await load_agenda(client, accounts, now.date())
        cards = await load_contacts(client, accounts)
    print(f"{len(accounts)} agents, {emails} messages, {events} événements, {cards} contacts")


def main() -> None:
    try:
        accounts = import_agents()
        asyncio.run(load(accounts, datetime.now(UTC)))
    except Failure as failure:
        stop(str(failure))
    Path(_setting("DEMONSTRATION_FILE")).write_text(how_to_sign_in(accounts), encoding="utf-8")


def _setting(name: str) -> str:
    return os.environ.get(name) or stop(f"setting {name}: required")


if __name__ == "__main__":
    main()
