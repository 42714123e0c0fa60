"""/changes and /queryChanges (RFC 8620 §5.2, §5.6): contacts keep no log of changes in this cut, which the RFC lets a
server say; clients then read everything again."""

from collections.abc import Callable

from chassis.jmap.batch import Call
from chassis.jmap.errors import MethodError
from chassis.jmap.standard import ChangesArguments, QueryChangesArguments, parse_arguments
from contracts.jmap import JsonObject
from services.contacts.application.ports import ContactsStore, Kind

Method = Callable[[ContactsStore, Call, JsonObject], JsonObject]


def changes_of(kind: Kind) -> Method:
    def changes(store: ContactsStore, call: Call, arguments: JsonObject) -> JsonObject:
        wanted = parse_arguments(ChangesArguments, arguments)
        with store.read(call.account_id) as books:
            state = books.state(kind)
        if wanted.sinceState != state:
            raise MethodError("cannotCalculateChanges")
        return {
            "accountId": call.account_id,
            "oldState": state,
            "newState": state,
            "hasMoreChanges": False,
            "created": [],
            "updated": [],
            "destroyed": [],
        }

    return changes


def no_query_changes(_store: ContactsStore, _call: Call, arguments: JsonObject) -> JsonObject:
    """What /query announced by canCalculateChanges false."""
    parse_arguments(QueryChangesArguments, arguments)
    raise MethodError("cannotCalculateChanges")
