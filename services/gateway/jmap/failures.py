"""Errors of services as method errors (RFC 8620 §3.6.2)."""

from chassis.jmap.batch import READS
from contracts.errors import ErrorCode, ServiceError
from contracts.jmap import Invocation, JsonObject

_UNREACHED = frozenset({ErrorCode.UNAVAILABLE, ErrorCode.DEADLINE_EXCEEDED})


def method_error(call: Invocation, error: ServiceError) -> Invocation:
    """serverUnavailable when nothing was done; serverPartialFail for a write of which nobody knows whether it was done,
    so that the client looks before it tries again."""
    return Invocation(name="error", arguments=_describe(call, error), call_id=call.call_id)


def _describe(call: Invocation, error: ServiceError) -> JsonObject:
    reads = call.name.endswith(READS)
    unknown = error.code is ErrorCode.DEADLINE_EXCEEDED or bool(error.details.get("interrupted"))
    if error.code in _UNREACHED:
        if unknown and not reads:
            return {"type": "serverPartialFail", "description": "it is not known whether this was done"}
        return {"type": "serverUnavailable", "description": "the service does not answer: try again later"}
    if error.code is ErrorCode.TOO_LARGE:
        return {"type": "requestTooLarge" if reads else "serverPartialFail"}
    return {"type": "serverFail"}
