"""A /get whose answer is too large for the bus, asked for in pieces and put together again."""

from contracts.jmap import Invocation, JsonObject

PIECE_BYTES = 150_000


def split(call: Invocation, answer_bytes: int) -> list[Invocation]:
    """Pieces that should fit, of one id at least; none when the call can't be split (no list of ids, or one id)."""
    ids = call.arguments.get("ids")
    if not call.name.endswith("/get") or not isinstance(ids, list) or len(ids) < 2:
        return []
    count = min(len(ids), max(2, -(-answer_bytes // PIECE_BYTES)))
    size = -(-len(ids) // count)
    return [
        call.model_copy(update={"arguments": call.arguments | {"ids": ids[start : start + size]}})
        for start in range(0, len(ids), size)
    ]


def join(answers: list[Invocation]) -> Invocation:
    """One answer. The state is that of the first piece: a client that asks for changes since then misses nothing.
    Objects that two pieces name (an id given twice) stand once."""
    first = answers[0]
    found = {item["id"]: item for answer in answers for item in answer.arguments["list"]}
    missing = dict.fromkeys(id_ for answer in answers for id_ in answer.arguments["notFound"])
    arguments: JsonObject = first.arguments | {"list": list(found.values()), "notFound": list(missing)}
    return first.model_copy(update={"arguments": arguments})
