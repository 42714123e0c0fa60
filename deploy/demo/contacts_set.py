"""A teacher's personal contacts."""

import tomllib
from typing import Any

from chassis.rpc_client import RpcClient
from contracts.contacts import ContactsApi
from deploy.demo.accounts import FOLDER, Account
from deploy.demo.agenda_set import owner
from deploy.demo.jmap import ask, wait_for_account


async def load_contacts(client: RpcClient, accounts: list[Account]) -> int:
    """Returns how many cards were made; none when the address book is not empty."""
    document = tomllib.loads((FOLDER / "contacts.toml").read_text(encoding="utf-8"))
    account_id = owner(accounts, document["owner"])
    await wait_for_account(client, ContactsApi.jmap, account_id, "AddressBook/get")
    books = (await ask(client, ContactsApi.jmap, account_id, "AddressBook/get", ids=None))["list"]
    book = next(book["id"] for book in books if book["isDefault"])
    held = await ask(client, ContactsApi.jmap, account_id, "ContactCard/query", filter={"inAddressBook": book}, limit=1)
    if held["ids"]:
        return 0
    cards = {f"k{number}": _card(entry, book) for number, entry in enumerate(document["contact"])}
    outcome = await ask(client, ContactsApi.jmap, account_id, "ContactCard/set", create=cards)
    return len(outcome["created"] or {})


def _card(entry: dict[str, Any], book: str) -> dict[str, Any]:
    card: dict[str, Any] = {
        "@type": "Card",
        "version": "1.0",
        "kind": "individual",
        "addressBookIds": {book: True},
        "name": {
            "components": [{"kind": "given", "value": entry["given"]}, {"kind": "surname", "value": entry["family"]}],
            "full": f"{entry['given']} {entry['family']}",
        },
        "emails": {"1": {"address": entry["email"]}},
    }
    if "phone" in entry:
        card["phones"] = {"1": {"number": entry["phone"]}}
    if "organization" in entry:
        card["organizations"] = {"1": {"name": entry["organization"]}}
    if "note" in entry:
        card["notes"] = {"1": {"note": entry["note"]}}
    return card
