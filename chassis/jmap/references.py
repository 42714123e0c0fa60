"""Result references (RFC 8620 §3.7): arguments named `#x` whose value is taken out of an earlier response."""

from collections.abc import Sequence
from typing import Any

from chassis.jmap.errors import InvalidArguments, MethodError
from contracts.jmap import Invocation, JsonObject

MAX_DEPTH = 64
MAX_ITEMS = 100_000


class InvalidResultReference(MethodError):
    def __init__(self, description: str) -> None:
        super().__init__("invalidResultReference", description)


def resolve(arguments: JsonObject, responses: Sequence[Invocation]) -> JsonObject:
    """`arguments` with every reference replaced by what it points at in `responses`.

    Raises InvalidArguments when a name stands both with and without "#", InvalidResultReference when a reference
    can't be followed.
    """
    if not any(name.startswith("#") for name in arguments):
        return arguments
    resolved: JsonObject = {}
    for name, value in arguments.items():
        if not name.startswith("#"):
            resolved[name] = value
        elif name[1:] in arguments:
            raise InvalidArguments(f"both {name[1:]} and {name} are given")
        else:
            resolved[name[1:]] = _follow(value, responses)
    return resolved


def _follow(reference: object, responses: Sequence[Invocation]) -> Any:
    match reference:
        case {"resultOf": str(call_id), "name": str(name), "path": str(path)}:
            pass
        case _:
            raise InvalidResultReference("a reference needs resultOf, name and path")
    response = next((response for response in responses if response.call_id == call_id), None)
    if response is None:
        raise InvalidResultReference("no earlier call has that id")
    if response.name != name:
        raise InvalidResultReference(f"that call answered {response.name}")
    return evaluate(response.arguments, path)


def evaluate(document: Any, path: str) -> Any:
    """RFC 6901 JSON pointer with `*` over arrays, whose results are joined into one flat array."""
    if path and not path.startswith("/"):
        raise InvalidResultReference("a path begins with /")
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]
    if len(steps) > MAX_DEPTH:
        raise InvalidResultReference("the path is too deep")
    return _walk(document, steps)


def _walk(value: Any, steps: list[str]) -> Any:
    for position, step in enumerate(steps):
        if isinstance(value, dict):
            if step not in value:
                raise InvalidResultReference(f"nothing at {step}")
            value = value[step]
        elif isinstance(value, list) and step == "*":
            return _join(value, steps[position + 1 :])
        elif isinstance(value, list) and _is_index(step) and int(step) < len(value):
            value = value[int(step)]
        else:
            raise InvalidResultReference(f"nothing at {step}")
    return value


def _join(items: list[Any], rest: list[str]) -> list[Any]:
    joined: list[Any] = []
    for item in items:
        result = _walk(item, rest)
        joined.extend(result) if isinstance(result, list) else joined.append(result)
        if len(joined) > MAX_ITEMS:
            raise InvalidResultReference("the reference selects too much")
    return joined


def _is_index(step: str) -> bool:
    return step.isascii() and step.isdigit() and len(step) < 10 and (step == "0" or step[0] != "0")
