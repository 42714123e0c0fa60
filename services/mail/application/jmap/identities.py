"""Identity/get (RFC 8621 §6.1)."""

from chassis.jmap.batch import Call
from chassis.jmap.standard import GetArguments, check_get, get_response, parse_arguments, pick
from contracts.jmap import JsonObject
from services.mail.application.rows import IdentityRow
from services.mail.application.store import Store
from services.mail.domain.identities import OWN
from services.mail.domain.ids import IDENTITY, to_id, to_numbers


def describe(row: IdentityRow) -> JsonObject:
    return {
        "id": to_id(IDENTITY, row.id),
        "name": row.name,
        "email": row.email,
        "replyTo": row.reply_to,
        "bcc": row.bcc,
        "textSignature": row.text_signature,
        "htmlSignature": row.html_signature,
        "mayDelete": row.id != OWN,
    }


PROPERTIES = frozenset(describe(IdentityRow(OWN, "", "", None, None, "", "")))


def get_identities(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(GetArguments, arguments)
    ids = check_get(asked, PROPERTIES)
    with store.view(call.account_id) as view:
        state = str(view.state("Identity"))
        found = view.identities(None if ids is None else to_numbers(IDENTITY, ids))
    return get_response(call.account_id, state, [pick(describe(row), asked.properties) for row in found], ids)
