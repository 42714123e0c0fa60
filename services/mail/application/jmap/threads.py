"""Thread/get (RFC 8621 §3.1)."""

from chassis.jmap.batch import Call
from chassis.jmap.standard import GetArguments, check_all, check_get, get_response, parse_arguments, pick
from contracts.jmap import JsonObject
from services.mail.application.store import Store
from services.mail.domain.ids import EMAIL, THREAD, to_id, to_ids, to_numbers

PROPERTIES = frozenset({"id", "emailIds"})


def get_threads(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(GetArguments, arguments)
    ids = check_get(asked, PROPERTIES)
    with store.view(call.account_id) as view:
        state = str(view.state("Thread"))
        found = view.threads(None if ids is None else to_numbers(THREAD, ids))
    check_all(ids, found)
    threads = [{"id": to_id(THREAD, row.id), "emailIds": to_ids(EMAIL, row.email_ids)} for row in found]
    return get_response(call.account_id, state, [pick(thread, asked.properties) for thread in threads], ids)
