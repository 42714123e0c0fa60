"""Body texts leave the request before the bus: each becomes a durable blob, and its name travels in its place."""

from typing import Any

from chassis.blobs import BlobStore
from chassis.jmap.errors import MethodError
from chassis.jmap.references import InvalidResultReference
from contracts.jmap import Invocation, JsonObject
from services.gateway.blobs.threads import DiskThreads

MAX_VALUES = 500
"""Body values of one Email/set; RFC 8621 clients send one or two an email."""
SEEN_HERE = "#create"
"""A reference that must be resolved before the call leaves: the service would trust whatever it points at."""


class BodyOffload:
    def __init__(self, store: BlobStore, threads: DiskThreads) -> None:
        self._store = store
        self._threads = threads

    async def prepare(self, invocation: Invocation) -> Invocation:
        """Every `create/*/bodyValues/*/value` that is text becomes {"blob": sha256, "size": n}; any other becomes null,
        which the service refuses (invalidProperties): only the gateway may name a blob there, or an agent could read
        any message by its digest. Raises MethodError: invalidResultReference when `create` can't be seen here,
        serverUnavailable when the disk refuses."""
        if invocation.name != "Email/set":
            return invocation
        if SEEN_HERE in invocation.arguments:
            raise InvalidResultReference("create refers to no earlier answer")
        creates = invocation.arguments.get("create")
        if not isinstance(creates, dict) or not any(_body_values(create) for create in creates.values()):
            return invocation
        texts = _texts(creates)
        if len(texts) > MAX_VALUES:
            raise MethodError("requestTooLarge", f"at most {MAX_VALUES} body values")
        try:
            names = await self._threads.run(self._store_all, texts) if texts else {}
        except OSError:
            raise MethodError("serverUnavailable", "the body could not be stored") from None
        created = {key: _replaced(create, names) for key, create in creates.items()}
        return invocation.model_copy(update={"arguments": invocation.arguments | {"create": created}})

    def _store_all(self, texts: set[str]) -> dict[str, JsonObject]:
        names: dict[str, JsonObject] = {}
        for text in texts:
            blob = self._store.put(text.encode())
            names[text] = {"blob": blob.sha256, "size": blob.size}
        return names


def _texts(creates: dict[str, Any]) -> set[str]:
    return {
        value["value"]
        for create in creates.values()
        for value in _body_values(create).values()
        if isinstance(value, dict) and isinstance(value.get("value"), str)
    }


def _body_values(create: Any) -> dict[str, Any]:
    values = create.get("bodyValues") if isinstance(create, dict) else None
    return values if isinstance(values, dict) else {}


def _replaced(create: Any, names: dict[str, JsonObject]) -> Any:
    values = _body_values(create)
    if not values:
        return create
    return create | {"bodyValues": {part_id: _named(value, names) for part_id, value in values.items()}}


def _named(value: Any, names: dict[str, JsonObject]) -> Any:
    if not isinstance(value, dict):
        return value
    text = value.get("value")
    return value | {"value": names[text] if isinstance(text, str) else None}
