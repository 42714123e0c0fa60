"""Which responses of a batch belong to which of its calls: one or more each, in order, under the call's id."""

from collections.abc import Sequence

from contracts.jmap import Invocation


def align(calls: Sequence[Invocation], responses: Sequence[Invocation]) -> list[list[Invocation]]:
    """A call without a response gets serverFail. Where two calls in a row share an id, the first gets one response."""
    aligned: list[list[Invocation]] = []
    index = 0
    for number, call in enumerate(calls):
        shared = number + 1 < len(calls) and calls[number + 1].call_id == call.call_id
        end = index
        while end < len(responses) and responses[end].call_id == call.call_id and not (shared and end > index):
            end += 1
        aligned.append(list(responses[index:end]) or [_missing(call)])
        index = end
    return aligned


def _missing(call: Invocation) -> Invocation:
    return Invocation(name="error", arguments={"type": "serverFail"}, call_id=call.call_id)
