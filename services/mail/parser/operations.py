"""What a child does with a frame. A failure that is not told here ends the child, and the pool sees to the rest."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from chassis.blobs import BlobStore
from services.mail.parser.compose_request import compose
from services.mail.parser.parse_request import Level, parse
from services.mail.parser.protocol import ComposeRefused, ComposeRequest, Request


class WorkRequest(BaseModel):
    """What the pool hands to a child."""

    request: Request
    level: Level = "full"


def work(store: BlobStore, message: dict[str, Any]) -> dict[str, Any]:
    """The reply frame to one request frame of the pool."""
    asked = WorkRequest.model_validate(message)
    try:
        if isinstance(asked.request, ComposeRequest):
            return {"result": compose(store, asked.request)}
        return {"result": parse(store, asked.request, asked.level).to_json()}
    except ComposeRefused as refusal:
        return {"error": refusal.to_json()}
    except OSError as error:
        return {"error": {"code": "unavailable", "retryable": True, "description": type(error).__name__}}
