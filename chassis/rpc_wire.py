"""nameko's RPC messages, byte for byte: what both sides write and read. See tests/contract for golden transcripts."""

import time
from typing import Any, TypeVar

import orjson
from pydantic import ValidationError

from contracts.base import MAX_MESSAGE_BYTES, Contract
from contracts.errors import ErrorCode, ServiceError

CONTENT_TYPE = "application/json"
CONTENT_ENCODING = "utf-8"
DEADLINE_HEADER = "nameko.deadline"
"""Milliseconds since the epoch."""
CORRELATION_HEADER = "nameko.correlation_id"
INTERRUPTED: dict[str, object] = {"interrupted": True}
"""Details of `unavailable` when the service died with the call in its hands: it may have run."""

MAX_FAULTS = 10

Model = TypeVar("Model", bound=Contract)


def encode_request(request: Contract) -> bytes:
    """`{"args": [request], "kwargs": {}}`. Raises ServiceError too-large."""
    return _bounded(b'{"args":[' + request.__pydantic_serializer__.to_json(request) + b'],"kwargs":{}}', "request")


def decode_request(body: bytes, model: type[Model]) -> Model:
    """Raises ServiceError invalid-request, with the places of the faults and never their values."""
    try:
        envelope = orjson.loads(body)
        (argument,) = envelope["args"]
        if envelope["kwargs"]:
            raise ValueError
    except (ValueError, TypeError, KeyError):
        raise ServiceError(ErrorCode.INVALID_REQUEST, "not one positional argument") from None
    try:
        return model.model_validate(argument)
    except ValidationError as error:
        raise _invalid(error) from None


def encode_reply(reply: Contract) -> bytes:
    """Raises ServiceError too-large."""
    return _bounded(b'{"result":' + reply.__pydantic_serializer__.to_json(reply) + b',"error":null}', "reply")


def encode_error(error: ServiceError) -> bytes:
    return orjson.dumps(
        {
            "result": None,
            "error": {
                "exc_type": "ServiceError",
                "exc_path": "contracts.errors.ServiceError",
                "exc_args": [str(error.code), error.detail, error.retryable, error.details],
                "value": str(error),
            },
        },
        default=str,
    )


def decode_reply(body: bytes, model: type[Model]) -> Model:
    """The reply, or raises the ServiceError that it carries. What only nameko itself raises becomes `internal`."""
    try:
        envelope: dict[str, Any] = orjson.loads(body)
        error = envelope["error"]
        result = envelope["result"]
    except (ValueError, TypeError, KeyError):
        raise ServiceError(ErrorCode.INTERNAL, "the reply is not one") from None
    if error is not None:
        raise decode_error(error)
    try:
        return model.model_validate(result)
    except ValidationError:
        raise ServiceError(ErrorCode.INTERNAL, "the reply does not fit its contract") from None


def decode_error(error: Any) -> ServiceError:
    try:
        if error["exc_type"] == "ServiceError":
            code, detail, retryable, details = error["exc_args"]
            return ServiceError(ErrorCode(code), str(detail), retryable=bool(retryable), details=dict(details))
        return ServiceError(ErrorCode.INTERNAL, f"remote {error['exc_type']}")
    except (ValueError, TypeError, KeyError):
        return ServiceError(ErrorCode.INTERNAL, "the error is not one")


def deadline_header(expires_at: float) -> int:
    return int(expires_at * 1000)


def read_deadline(headers: dict[str, Any], otherwise_seconds: float) -> float:
    """When the caller stops waiting, seconds since the epoch; a caller that does not say waits `otherwise_seconds`."""
    given = headers.get(DEADLINE_HEADER)
    return given / 1000 if isinstance(given, int | float) else time.time() + otherwise_seconds


def _bounded(body: bytes, what: str) -> bytes:
    if len(body) > MAX_MESSAGE_BYTES:
        raise ServiceError(ErrorCode.TOO_LARGE, f"{what} of {len(body)} bytes exceeds {MAX_MESSAGE_BYTES}")
    return body


def _invalid(error: ValidationError) -> ServiceError:
    faults = [
        {"at": [str(step) for step in fault["loc"]], "type": fault["type"]}
        for fault in error.errors(include_input=False, include_url=False, include_context=False)[:MAX_FAULTS]
    ]
    return ServiceError(ErrorCode.INVALID_REQUEST, "does not fit its contract", details={"faults": faults})
