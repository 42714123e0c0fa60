"""A reply of the pool turned into a value or a typed error: shared by both clients."""

from __future__ import annotations

from typing import Any

from services.mail.domain.mime.summary import ParseSummary
from services.mail.parser.protocol import Composed, ComposeRefused, ParserUnavailable


def read_parse_reply(reply: dict[str, Any]) -> ParseSummary:
    """The summary, or ParserUnavailable. A message that could not be parsed is a summary too, never an error."""
    return ParseSummary.model_validate(_result(reply))


def read_compose_reply(reply: dict[str, Any]) -> Composed:
    """The composed message, ComposeRefused, or ParserUnavailable."""
    return Composed.model_validate(_result(reply))


def is_busy(reply: dict[str, Any]) -> bool:
    """The pool's queue was full: ask again shortly."""
    return bool((reply.get("error") or {}).get("code") == "busy")


def _result(reply: dict[str, Any]) -> Any:
    if "result" in reply:
        return reply["result"]
    error = reply.get("error") or {}
    if error.get("retryable", True):
        raise ParserUnavailable(str(error.get("code", "no result")))
    raise ComposeRefused(
        str(error.get("code", "failed")),
        str(error.get("description", "")),
        list(error.get("properties", [])),
        list(error.get("not_found", [])),
    )
