"""Contacts as real processes on the bus: an agent that auth made is found in the directory, and keeps cards."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from chassis.rpc_client import RpcClient
from contracts.contacts import ContactsApi
from contracts.jmap import Invocation, JmapBatch
from deploy.local.layout import CHECKOUT
from deploy.local.system import System
from tests.infra.processes import Processes

ROWS = """nom;prenom;date_naissance;numen;categorie;uai;departement
Bergamote;Léonie;1980-01-02;34E0000001AAA;administratif;0340001A;Hérault
Coquelicot;Inès;1981-01-02;34E0000002AAA;éducation;0340001A;Hérault
"""
HEARD_SECONDS = 20.0


@pytest.fixture(scope="module")
def contacts(processes: Processes) -> Iterator[System]:
    with processes("auth-outbox", "contacts-rpc", "contacts-events", "contacts-outbox") as system:
        yield system


def cli(system: System, *arguments: str, stdin: str = "", **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "services.auth.cli", *arguments],
        cwd=CHECKOUT,
        env=system.environment | environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


async def ask(client: RpcClient, account: str, *calls: tuple[str, dict[str, Any]]) -> list[Invocation]:
    invocations = [
        Invocation(name=name, arguments={"accountId": account} | arguments, call_id=str(number))
        for number, (name, arguments) in enumerate(calls)
    ]
    batch = JmapBatch(account_id=account, using=["urn:ietf:params:jmap:contacts"], calls=invocations)
    return (await client.call(ContactsApi.jmap, batch, timeout=10)).responses


async def until_found(client: RpcClient, account: str, text: str) -> list[Invocation]:
    """The answers once the directory knows of `text`; an account that was not heard of yet is waited for too."""
    reference = {"resultOf": "0", "name": "ContactCard/query", "path": "/ids"}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("ContactCard/query", {"filter": {"text": text}, "limit": 8}),
        ("ContactCard/get", {"#ids": reference}),
    ]
    end = time.monotonic() + HEARD_SECONDS
    while True:
        answers = await ask(client, account, *calls)
        if answers[0].arguments.get("ids") or time.monotonic() > end:
            return answers
        await asyncio.sleep(0.1)


def test_who_auth_makes_is_found_and_keeps_cards(contacts: System) -> None:
    account = cli(contacts, "agent", "--address", "camille.brindacier", PASSWORD="tambour des lilas").strip()
    assert cli(contacts, "import", "-", stdin=ROWS).startswith("2 créés")

    async def act() -> None:
        async with RpcClient(contacts.addresses.amqp_url) as client:
            found = await until_found(client, account, "coquel")
            (card,) = found[1].arguments["list"]
            assert card["emails"]["work"]["address"] == "ines.coquelicot@ac-montpellier.example"
            await until_found(client, account, "léonie")

            (books,) = await ask(client, account, ("AddressBook/get", {"ids": None}))
            own, directory = books.arguments["list"]
            assert (own["name"], own["isDefault"], directory["id"]) == ("Mes contacts", True, "directory")

            new = {"addressBookIds": {own["id"]: True}, "name": {"full": "Léon Cerfeuil"}}
            made, query = await ask(
                client,
                account,
                ("ContactCard/set", {"create": {"k": new}}),
                ("ContactCard/query", {"filter": {"text": "léo"}, "sort": [{"property": "name/full"}], "limit": 8}),
            )
            assert made.arguments["created"]["k"]["id"] == query.arguments["ids"][0]
            assert len(query.arguments["ids"]) == 2

    asyncio.run(act())
