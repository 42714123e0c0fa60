"""Email/get (RFC 8621 §4.2)."""

from chassis.jmap.batch import Call
from chassis.jmap.errors import MethodError
from chassis.jmap.standard import MAX_OBJECTS_IN_GET, GetArguments, check_get, get_response, parse_arguments
from contracts.jmap import JsonObject
from services.mail.application.jmap.email_objects import BodyArguments, Wanted, stored_emails
from services.mail.application.jmap.email_properties import body_properties, email_properties
from services.mail.application.ports import Blobs
from services.mail.application.store import Store, View
from services.mail.domain.ids import EMAIL, to_numbers


class EmailGetArguments(GetArguments, BodyArguments):
    pass


def get_emails(store: Store, blobs: Blobs, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(EmailGetArguments, arguments)
    wanted = Wanted(email_properties(asked.properties, call.using), body_properties(asked.bodyProperties), asked)
    ids = check_get(asked.model_copy(update={"properties": None}), ())
    with store.view(call.account_id) as view:
        state = str(view.state("Email"))
        found = stored_emails(view, blobs, _all(view) if ids is None else to_numbers(EMAIL, ids), wanted)
    return get_response(call.account_id, state, found, ids)


def _all(view: View) -> list[int]:
    numbers = view.email_ids(MAX_OBJECTS_IN_GET + 1)
    if len(numbers) > MAX_OBJECTS_IN_GET:
        raise MethodError("requestTooLarge", "name the emails")
    return numbers
