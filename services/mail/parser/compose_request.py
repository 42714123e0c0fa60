"""The compose request: blobs read, the message built and written as a blob, then parsed like any other."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from chassis.blobs import BlobStore
from services.mail.domain.mime.compose.draft import DraftError, DraftTooLargeError
from services.mail.domain.mime.compose.write_message import Defaults, compose_message
from services.mail.domain.mime.transfer import undo
from services.mail.parser.parse_request import parse_octets
from services.mail.parser.protocol import BlobSource, ComposeRefused, ComposeRequest


def compose(store: BlobStore, request: ComposeRequest) -> dict[str, Any]:
    """A Composed as JSON; the message is durable. Raises ComposeRefused, and OSError when the disk fails."""
    defaults = Defaults(request.message_id, request.date, request.max_bytes)
    draft = {**request.draft, "bodyValues": _known_values(request)}
    try:
        octets = compose_message(draft, _loader(store, request.body_values), _loader(store, request.blobs), defaults)
    except DraftError as error:
        raise ComposeRefused("invalidProperties", error.description, error.properties) from error
    except DraftTooLargeError as error:
        raise ComposeRefused("tooLarge", "the message would be too large") from error
    blob = store.put(octets)
    summary = parse_octets(store, octets, blob.sha256, "full")
    return {"sha256": blob.sha256, "size": blob.size, "summary": summary.to_json()}


def _known_values(request: ComposeRequest) -> dict[str, Any]:
    """bodyValues as the draft has them, where it has them, else one empty value per source."""
    given = request.draft.get("bodyValues")
    flags = given if isinstance(given, dict) else {}
    return {part_id: flags.get(part_id, {}) for part_id in request.body_values}


def _loader(store: BlobStore, sources: dict[str, BlobSource]) -> Callable[[str], bytes]:
    def load(name: str) -> bytes:
        source = sources.get(name)
        if source is None:
            raise ComposeRefused("blobNotFound", "a blob is not there", not_found=[name])
        try:
            octets = store.read(source.sha256)
        except FileNotFoundError as error:
            raise ComposeRefused("blobNotFound", "a blob is not there", not_found=[name]) from error
        whole = base64.b64decode(source.prefix) + octets
        return undo(whole[source.start : source.end], source.encoding).octets

    return load
