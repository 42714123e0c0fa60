"""Blob/copy (RFC 8620 §6.3). No agent sees a second account in this cut: a blob is copied to where it is."""

from chassis.jmap.batch import Call
from chassis.jmap.errors import MethodError, SetError
from chassis.jmap.standard import MAX_OBJECTS_IN_SET, Arguments, Id, parse_arguments
from contracts.jmap import JsonObject
from services.mail.application.blob_access import find_octets
from services.mail.application.store import Store


class BlobCopyArguments(Arguments):
    fromAccountId: Id
    blobIds: list[Id]


def copy_blobs(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(BlobCopyArguments, arguments)
    if asked.fromAccountId != call.account_id:
        raise MethodError("fromAccountNotFound")
    if len(asked.blobIds) > MAX_OBJECTS_IN_SET:
        raise MethodError("requestTooLarge", f"at most {MAX_OBJECTS_IN_SET} blobs")
    blob_ids = list(dict.fromkeys(asked.blobIds))
    with store.view(call.account_id) as view:
        found = find_octets(view, blob_ids)
    missing = [blob_id for blob_id in blob_ids if blob_id not in found]
    return {
        "fromAccountId": asked.fromAccountId,
        "accountId": call.account_id,
        "copied": {blob_id: blob_id for blob_id in blob_ids if blob_id in found} or None,
        "notCopied": {blob_id: SetError("notFound").as_json() for blob_id in missing} or None,
    }
