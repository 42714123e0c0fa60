"""Blob/get (RFC 9404 §4.2): what is where and asked for how; the gateway reads it (contracts.mail.BlobSelection)."""

from chassis.jmap.batch import Call
from chassis.jmap.errors import MethodError
from chassis.jmap.standard import GetArguments, UnsignedInt, check_get, parse_arguments
from contracts.jmap import JsonObject
from contracts.mail import DIGESTS, BlobSelection
from services.mail.application.blob_access import find_octets, locate
from services.mail.application.store import Store

DEFAULT = ("data", "size")
PROPERTIES = frozenset(
    {"id", "size", "data", "data:asText", "data:asBase64", *(f"digest:{algorithm}" for algorithm in DIGESTS)}
)
STATE = "0"
"""A blob never changes."""


class BlobGetArguments(GetArguments):
    offset: UnsignedInt | None = None
    length: UnsignedInt | None = None


def get_blobs(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(BlobGetArguments, arguments)
    ids = check_get(asked, PROPERTIES)
    if ids is None:
        raise MethodError("requestTooLarge", "name the blobs")
    with store.view(call.account_id) as view:
        found = find_octets(view, ids)
    properties = list(DEFAULT if asked.properties is None else dict.fromkeys(asked.properties))
    selections = {
        id_: BlobSelection(
            location=locate(octets), properties=properties, offset=asked.offset or 0, length=asked.length
        )
        for id_, octets in found.items()
    }
    return {
        "accountId": call.account_id,
        "state": STATE,
        "list": [{"id": id_, "_selection": selections[id_].model_dump(mode="json")} for id_ in ids if id_ in found],
        "notFound": [id_ for id_ in ids if id_ not in found],
    }
