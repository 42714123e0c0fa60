"""The JMAP methods of contacts, by name."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from chassis.jmap.batch import Call, Handler
from chassis.jmap.errors import MethodError
from contracts.jmap import JsonObject
from services.contacts.application.jmap.address_books import get_books, query_books, set_books
from services.contacts.application.jmap.cards import get_cards, query_cards
from services.contacts.application.jmap.changes import changes_of, no_query_changes
from services.contacts.application.jmap.set_cards import set_cards
from services.contacts.application.ports import ContactsStore, UnknownAccountError


def methods(store: ContactsStore, clock: Callable[[], datetime]) -> dict[str, Handler]:
    named: dict[str, Handler] = {
        "AddressBook/get": partial(get_books, store),
        "AddressBook/changes": partial(changes_of("AddressBook"), store),
        "AddressBook/query": partial(query_books, store),
        "AddressBook/set": partial(set_books, store),
        "ContactCard/get": partial(get_cards, store),
        "ContactCard/changes": partial(changes_of("ContactCard"), store),
        "ContactCard/query": partial(query_cards, store),
        "ContactCard/queryChanges": partial(no_query_changes, store),
        "ContactCard/set": partial(set_cards, store, clock),
    }
    return {name: _of_known_account(handler) for name, handler in named.items()}


def _of_known_account(handler: Handler) -> Handler:
    def handle(call: Call, arguments: JsonObject) -> JsonObject:
        try:
            return handler(call, arguments)
        except UnknownAccountError:
            raise MethodError("accountNotFound") from None

    return handle
