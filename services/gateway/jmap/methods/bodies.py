"""Body texts leave the request before the bus: each becomes a durable blob, and its name travels in its place."""

from typing import Any

from chassis.blobs import BlobStore
from chassis.jmap.errors import MethodError
from contracts.jmap import Invocation, JsonObject
from services.gateway.blobs.threads import DiskThreads

MAX_VALUES = 500
"""Body values of one Email/set; RFC 8621 clients send one or two an email."""


class BodyOffload:
    def __init__(self, store: BlobStore, threads: DiskThreads) -> None:
        self._store = store
        self._threads = threads

    async def prepare(self, invocation: Invocation) -> Invocation:
        """Every `create/*/bodyValues/*/value` that is text becomes {"blob": sha256, "size": n}; anything else stays for
        the service to refuse. Raises MethodError serverUnavailable when the disk refuses."""
        creates = invocation.arguments.get("create")
        if invocation.name != "Email/set" or not isinstance(creates, dict):
            return invocation
        if not (texts := _texts(creates)):
            return invocation
        if len(texts) > MAX_VALUES:
            raise MethodError("requestTooLarge", f"at most {MAX_VALUES} body values")
        try:
            names = await self._threads.run(self._store_all, texts)
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
    if not isinstance(value, dict) or not isinstance(value.get("value"), str):
        return value
    return value | {"value": names[value["value"]]}
