"""From a request to a reply, whatever becomes of children: each asks for less than the one that died before it."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from pydantic import TypeAdapter, ValidationError

from chassis.blobs import BlobStore
from services.mail.domain.mime.message import unparsed_summary
from services.mail.parser.child import ChildDiedError
from services.mail.parser.pool import Pool, PoolBusyError
from services.mail.parser.protocol import ComposeRequest, ParseRequest, Request

_LEVELS = ("full", "text", "headers")
_REQUEST: TypeAdapter[ParseRequest | ComposeRequest] = TypeAdapter(Request)

_log = logging.getLogger(__name__)


class Ladder:
    """Answers one request frame with one reply frame."""

    def __init__(self, pool: Pool, store: BlobStore) -> None:
        self._pool = pool
        self._store = store

    async def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """Never raises for what a request or a message contains."""
        try:
            request = _REQUEST.validate_python(message)
        except ValidationError:
            return _error("failed", False, "the request is not one of this protocol")
        try:
            if isinstance(request, ParseRequest):
                return await self._parse(request)
            return await self._compose(request)
        except PoolBusyError:
            return _error("busy", True, "too many requests wait")

    async def _compose(self, request: ComposeRequest) -> dict[str, Any]:
        try:
            return await self._pool.ask({"request": request.model_dump()})
        except ChildDiedError as death:
            return _error("failed", False, f"composing ended with {death.reason}")

    async def _parse(self, request: ParseRequest) -> dict[str, Any]:
        problem = ""
        for level in _LEVELS:
            try:
                work = {"request": request.model_dump(), "level": level}
                reply = await self._pool.ask(work, again=bool(problem))
            except ChildDiedError as death:
                problem = problem or death.reason
                _log.warning("a child died on a message", extra={"sha256": request.sha256, "level": level})
                continue
            if problem and "result" in reply:
                reply["result"]["problem"] = problem
            return reply
        return await self._unparsed(request, problem)

    async def _unparsed(self, request: ParseRequest, problem: str) -> dict[str, Any]:
        """Nothing could be read, so nothing is tried: the whole message is one attachment."""
        try:
            size = await asyncio.to_thread(self._store.size, request.sha256)
        except (OSError, ValueError):
            return _error("unavailable", True, "the blob cannot be read")
        summary = unparsed_summary(size + len(request.trace_octets()))
        summary.sha256, summary.problem = request.sha256, problem
        return {"result": summary.to_json()}


def _error(code: str, retryable: bool, description: str) -> dict[str, Any]:
    return {"error": {"code": code, "retryable": retryable, "description": description}}
