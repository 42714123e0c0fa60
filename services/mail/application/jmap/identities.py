"""Identity/get (RFC 8621 §6.1): in this cut each account has one identity, its own address."""

from chassis.jmap.batch import Call
from chassis.jmap.standard import GetArguments, check_get, get_response, parse_arguments, pick
from contracts.jmap import JsonObject
from services.mail.application.rows import Account
from services.mail.application.store import Store
from services.mail.domain.ids import IDENTITY

PROPERTIES = frozenset({"id", "name", "email", "replyTo", "bcc", "textSignature", "htmlSignature", "mayDelete"})


def describe(account: Account) -> JsonObject:
    return {
        "id": IDENTITY,
        "name": f"{account.given_name} {account.family_name}".strip(),
        "email": account.address,
        "replyTo": None,
        "bcc": None,
        "textSignature": "",
        "htmlSignature": "",
        "mayDelete": False,
    }


def get_identities(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(GetArguments, arguments)
    ids = check_get(asked, PROPERTIES)
    with store.view(call.account_id) as view:
        state, account = str(view.state("Identity")), view.account()
    return get_response(call.account_id, state, [pick(describe(account), asked.properties)], ids)
