"""Octets of a Blob/upload leave the request before the bus (RFC 9404 §4.1): each becomes a durable blob, and its name
travels in its place."""

import binascii
from base64 import b64decode
from typing import Any

from chassis.blobs import BlobStore
from chassis.jmap.errors import MethodError
from chassis.jmap.references import InvalidResultReference
from contracts.jmap import Invocation, JsonObject
from services.gateway.blobs.threads import DiskThreads
from services.gateway.jmap.methods.bodies import SEEN_HERE

TEXT, BASE64 = "data:asText", "data:asBase64"
MAX_SOURCES = 1_000
"""With octets of their own, in one call: each is a file."""

Stored = dict[tuple[str, str], JsonObject | None]


class SourceOffload:
    def __init__(self, store: BlobStore, threads: DiskThreads) -> None:
        self._store = store
        self._threads = threads

    async def prepare(self, invocation: Invocation) -> Invocation:
        """Every data source that is text or base64 becomes {"blob": sha256, "size": n}; any other value in its place
        becomes null, which the service refuses: only the gateway may name a blob there. Raises MethodError as
        BodyOffload does."""
        if invocation.name != "Blob/upload":
            return invocation
        if SEEN_HERE in invocation.arguments:
            raise InvalidResultReference("create refers to no earlier answer")
        creates = invocation.arguments.get("create")
        if not isinstance(creates, dict):
            return invocation
        given = {key for create in creates.values() for source in _sources(create) for key in _octets(source)}
        if len(given) > MAX_SOURCES:
            raise MethodError("requestTooLarge", f"at most {MAX_SOURCES} data sources with octets")
        try:
            stored = await self._threads.run(self._store_all, given) if given else {}
        except OSError:
            raise MethodError("serverUnavailable", "the octets could not be stored") from None
        created = {key: _replaced(create, stored) for key, create in creates.items()}
        return invocation.model_copy(update={"arguments": invocation.arguments | {"create": created}})

    def _store_all(self, given: set[tuple[str, str]]) -> Stored:
        return {(form, text): self._stored(form, text) for form, text in given}

    def _stored(self, form: str, text: str) -> JsonObject | None:
        try:
            octets = text.encode() if form == TEXT else b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return None
        blob = self._store.put(octets)
        return {"blob": blob.sha256, "size": blob.size}


def _sources(create: Any) -> list[Any]:
    sources = create.get("data") if isinstance(create, dict) else None
    return sources if isinstance(sources, list) else []


def _octets(source: Any) -> list[tuple[str, str]]:
    if not isinstance(source, dict):
        return []
    return [(form, source[form]) for form in (TEXT, BASE64) if isinstance(source.get(form), str)]


def _replaced(create: Any, stored: Stored) -> Any:
    sources = _sources(create)
    return create | {"data": [_named(source, stored) for source in sources]} if sources else create


def _named(source: Any, stored: Stored) -> Any:
    if not isinstance(source, dict):
        return source
    names = {form: None for form in (TEXT, BASE64) if form in source}
    return source | names | {form: stored[form, text] for form, text in _octets(source)}
