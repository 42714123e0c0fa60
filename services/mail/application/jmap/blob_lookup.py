"""Blob/lookup (RFC 9404 §4.3): which emails, threads and mailboxes hold a blob."""

from collections.abc import Callable, Iterable, Mapping

from chassis.jmap.batch import Call
from chassis.jmap.errors import MethodError
from chassis.jmap.standard import MAX_OBJECTS_IN_GET, Arguments, Id, parse_arguments
from contracts.jmap import JsonObject
from services.mail.application.rows import MessageUse
from services.mail.application.store import Store
from services.mail.domain.ids import EMAIL, MAILBOX, THREAD, BlobId, parse_blob_id, to_id

TYPES: Mapping[str, Callable[[MessageUse], Iterable[str]]] = {
    "Email": lambda use: [to_id(EMAIL, use.email_id)],
    "Thread": lambda use: [to_id(THREAD, use.thread_id)],
    "Mailbox": lambda use: [to_id(MAILBOX, mailbox) for mailbox in use.mailbox_ids],
}


class BlobLookupArguments(Arguments):
    typeNames: list[str]
    ids: list[Id]


def look_up_blobs(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    """An id that nothing holds is listed with nothing: nobody learns what exists elsewhere."""
    asked = parse_arguments(BlobLookupArguments, arguments)
    if not set(asked.typeNames) <= TYPES.keys():
        raise MethodError("unknownDataType")
    if len(asked.ids) > MAX_OBJECTS_IN_GET:
        raise MethodError("requestTooLarge", f"at most {MAX_OBJECTS_IN_GET} ids")
    read = {id_: parse_blob_id(id_) for id_ in dict.fromkeys(asked.ids)}
    uses = _uses(store, call, [blob for blob in read.values() if blob is not None])
    return {
        "accountId": call.account_id,
        "list": [{"id": id_, "matchedIds": _matched(blob, uses, asked.typeNames)} for id_, blob in read.items()],
        "notFound": [],
    }


def _uses(store: Store, call: Call, blobs: list[BlobId]) -> Mapping[int | str, list[MessageUse]]:
    """By message and by blob of the original."""
    with store.view(call.account_id) as view:
        found = view.uses(
            [blob.message for blob in blobs if blob.message is not None],
            [blob.sha256 for blob in blobs if blob.sha256 is not None and blob.slice is None],
        )
    uses: dict[int | str, list[MessageUse]] = {}
    for use in found:
        uses.setdefault(use.message_id, []).append(use)
        uses.setdefault(use.sha256, []).append(use)
    return uses


def _matched(blob: BlobId | None, uses: Mapping[int | str, list[MessageUse]], types: list[str]) -> JsonObject:
    key = None if blob is None or blob.slice is not None else blob.message or blob.sha256
    found = [] if key is None else uses.get(key, [])
    return {name: list(dict.fromkeys(id_ for use in found for id_ in TYPES[name](use))) for name in types}
