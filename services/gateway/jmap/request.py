"""The Request object (RFC 8620 §3.3), from bytes; I-JSON (RFC 7493) is asked for."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson

from contracts.jmap import Invocation
from services.gateway.jmap.errors import RequestError, limit_error
from services.gateway.limits import Limits

LARGE = 64_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,255}")


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """`created_ids` is None when the client gave none: then none are returned."""

    using: list[str]
    calls: list[Invocation]
    created_ids: dict[str, str] | None


def parse_request(body: bytes, content_type: str, capabilities: Collection[str], limits: Limits) -> ApiRequest:
    """Raises RequestError notJSON, notRequest, unknownCapability or limit. Takes up to some tenths of a second for the
    largest bodies: those from LARGE bytes on belong into a thread."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise RequestError("notJSON", "the content type must be application/json")
    if _too_many_items(body, limits.max_request_items):
        raise limit_error("maxSizeRequest")
    document = parse_json(body, limits.max_nesting)
    if not isinstance(document, dict):
        raise RequestError("notRequest", "a Request is an object")
    using = _strings(document.get("using"))
    calls = document.get("methodCalls")
    if not isinstance(calls, list):
        raise RequestError("notRequest", "methodCalls must be an array")
    unknown = sorted(set(using) - set(capabilities))
    if unknown:
        raise RequestError("unknownCapability", f"not supported: {', '.join(unknown)[:500]}")
    if len(calls) > limits.max_calls_in_request:
        raise limit_error("maxCallsInRequest")
    return ApiRequest(using, [_invocation(call) for call in calls], _created_ids(document.get("createdIds")))


def parse_json(body: bytes, max_nesting: int) -> Any:
    """Raises RequestError notJSON: bad syntax or UTF-8, lone surrogates, a name twice in one object (RFC 7493 §2.1,
    §2.3), or nested too deeply."""
    try:
        document = orjson.loads(body)
        if body.count(b"[") + body.count(b"{") > max_nesting:
            _refuse_deep(document, max_nesting)
        json.loads(body, object_pairs_hook=_refuse_duplicates)
    except (ValueError, RecursionError):
        raise RequestError("notJSON", "the body is not I-JSON") from None
    return document


def _too_many_items(body: bytes, most: int) -> bool:
    """Whether more than `most` of { [ , : stand outside of strings: small items cost a hundred times their bytes once
    parsed. Texts are full of these signs, so they are left out before a large one is refused."""
    if _structure(body) <= most:
        return False
    unescaped = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    if unescaped.count(b'"') > 2 * most + 2:
        return True
    return _structure(b"".join(unescaped.split(b'"')[::2])) > most


def _structure(text: bytes) -> int:
    return sum(text.count(sign) for sign in (b"{", b"[", b",", b":"))


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> None:
    if len(pairs) > 1 and len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name stands twice")


def _refuse_deep(document: Any, max_nesting: int) -> None:
    level = [document]
    for _ in range(max_nesting + 1):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return
    raise ValueError("too deep")


def _strings(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise RequestError("notRequest", "using must be an array of strings")
    return value


def _invocation(value: object) -> Invocation:
    match value:
        case [str(name), dict(arguments), str(call_id)]:
            return Invocation(name=name, arguments=arguments, call_id=call_id)
        case _:
            raise RequestError("notRequest", "a method call is [name, arguments, method call id]")


def _created_ids(value: object) -> dict[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise RequestError("notRequest", "createdIds must be an object")
    for creation_id, object_id in value.items():
        if not (isinstance(object_id, str) and _ID.fullmatch(creation_id) and _ID.fullmatch(object_id)):
            raise RequestError("notRequest", "createdIds maps ids to ids")
    return value
