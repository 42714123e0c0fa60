"""State strings, and the /changes method of every type (RFC 8620 §5.1, §5.2)."""

from collections.abc import Callable

from chassis.jmap.batch import Call, Handler
from chassis.jmap.errors import MethodError
from chassis.jmap.standard import ChangesArguments, check_if_in_state, parse_arguments
from contracts.jmap import JsonObject
from services.mail.application.rows import Changes
from services.mail.application.store import DataType, StateTooOldError, Store, View


def read_state(text: str) -> int:
    """Raises cannotCalculateChanges for what was never a state."""
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise MethodError("cannotCalculateChanges")
    return int(text)


def check_state(view: View, data_type: DataType, if_in_state: str | None) -> str:
    """The state as it is now. Raises stateMismatch."""
    state = str(view.state(data_type))
    check_if_in_state(if_in_state, state)
    return state


def changes_since(view: View, data_type: DataType, since: str) -> Changes:
    """All of them, for the /queryChanges of a type. Raises cannotCalculateChanges, also where they are too many."""
    try:
        found = view.changes(data_type, read_state(since), None)
    except StateTooOldError:
        raise MethodError("cannotCalculateChanges") from None
    if found.has_more:
        raise MethodError("cannotCalculateChanges")
    return found


Extra = Callable[[Changes], JsonObject]


def changes_method(
    store: Store, data_type: DataType, to_id: Callable[[int], str], extra: Extra = lambda _: {}
) -> Handler:
    """`extra` gives what a type adds to the response."""

    def handle(call: Call, arguments: JsonObject) -> JsonObject:
        asked = parse_arguments(ChangesArguments, arguments)
        try:
            with store.view(call.account_id) as view:
                found = view.changes(data_type, read_state(asked.sinceState), asked.maxChanges)
        except StateTooOldError:
            raise MethodError("cannotCalculateChanges") from None
        return {
            "accountId": call.account_id,
            "oldState": asked.sinceState,
            "newState": str(found.new_state),
            "hasMoreChanges": found.has_more,
            "created": [to_id(number) for number in found.created],
            "updated": [to_id(number) for number in found.updated],
            "destroyed": [to_id(number) for number in found.destroyed],
        } | extra(found)

    return handle
