"""One account's address books, asked by JMAP on a real database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.db import Database
from chassis.jmap.batch import run_batch
from contracts.auth import AccountChanged, AccountCreated, AccountState, Agent
from contracts.jmap import Invocation, JmapBatch
from services.contacts.adapters.store import PostgresContactsStore, directory_in
from services.contacts.application.jmap.methods import methods
from services.contacts.application.take_in_account import take_in_account

ACCOUNT = "aaaaaaaaaaaaa"


def agent(account_id: str = ACCOUNT, **changes: str) -> Agent:
    values = {
        "account_id": account_id,
        "address": "solene.tournesol@ac-montpellier.example",
        "given_name": "Solène",
        "family_name": "Tournesol",
        "category": "enseignant 2nd degré",
        "uai": "0340001A",
        "departement": "Hérault",
    }
    return Agent(**(values | changes))


class Books:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.store = PostgresContactsStore(database)
        self.now = datetime(2026, 11, 23, 8, tzinfo=UTC)
        self._handlers = methods(self.store, self.clock)
        self._sequence = 0
        self.hear(agent())
        own = [book for book in self("AddressBook/get", ids=None)["list"] if book["isDefault"]]
        self.default: str = own[0]["id"]

    def clock(self) -> datetime:
        return self.now

    def later(self) -> None:
        self.now += timedelta(minutes=1)

    def hear(
        self,
        of: Agent,
        state: AccountState = "active",
        sequence: int | None = None,
        event: type[AccountCreated] | type[AccountChanged] = AccountCreated,
    ) -> None:
        self._sequence += 1
        with self.database.transaction() as tx:
            given = self._sequence if sequence is None else sequence
            take_in_account(directory_in(tx), event(sequence=given, agent=of, state=state))

    def batch(self, *calls: tuple[str, dict[str, Any]], account: str = ACCOUNT) -> list[Invocation]:
        invocations = [
            Invocation(name=name, arguments={"accountId": account} | arguments, call_id=str(number))
            for number, (name, arguments) in enumerate(calls)
        ]
        batch = JmapBatch(account_id=account, using=[], calls=invocations)
        return run_batch(batch, self._handlers).responses

    def __call__(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        (response,) = self.batch((name, arguments))
        return response.arguments if response.name != "error" else {"error": response.arguments["type"]}

    def add(self, **card: Any) -> str:
        outcome = self("ContactCard/set", create={"k": {"addressBookIds": {self.default: True}} | card})
        assert outcome["notCreated"] is None, outcome
        id_: str = outcome["created"]["k"]["id"]
        return id_

    def card(self, id_: str) -> dict[str, Any]:
        (found,) = self("ContactCard/get", ids=[id_])["list"]
        card: dict[str, Any] = found
        return card

    def refused(self, **card: Any) -> tuple[str, list[str] | None]:
        """Type and properties of the SetError that this card meets."""
        outcome = self("ContactCard/set", create={"k": {"addressBookIds": {self.default: True}} | card})
        error = outcome["notCreated"]["k"]
        return error["type"], error.get("properties")

    def found(self, text: str | None = None, **filter_: Any) -> list[str]:
        """Full names that a query finds, in order."""
        conditions = filter_ if text is None else {"text": text} | filter_
        ids = self("ContactCard/query", filter=conditions, sort=[{"property": "name/full"}])["ids"]
        names = {card["id"]: card["name"]["full"] for card in self("ContactCard/get", ids=ids)["list"]}
        return [names[id_] for id_ in ids]
