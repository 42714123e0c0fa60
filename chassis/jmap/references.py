"""Result references (RFC 8620 §3.7): arguments named `#x` whose value is taken out of an earlier response."""

from collections.abc import Sequence
from typing import Any

from chassis.jmap.errors import InvalidArguments, MethodError
from contracts.jmap import Invocation, JsonObject

MAX_DEPTH = 64
MAX_VISITS = 200_000
"""Values that the references of one call may lead through, together: what they select is never more."""


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
    walk = _Walk()
    for name, value in arguments.items():
        if not name.startswith("#"):
            resolved[name] = value
        elif name[1:] in arguments:
            raise InvalidArguments(f"both {name[1:]} and {name} are given")
        else:
            resolved[name[1:]] = _follow(value, responses, walk)
    return resolved


def _follow(reference: object, responses: Sequence[Invocation], walk: "_Walk") -> Any:
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
    return walk.along(response.arguments, _steps(path))


def _steps(path: str) -> list[str]:
    """An RFC 6901 JSON pointer, with `*` over arrays, whose results are joined into one flat array."""
    if path and not path.startswith("/"):
        raise InvalidResultReference("a path begins with /")
    steps = [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")[1:]]
    if len(steps) > MAX_DEPTH:
        raise InvalidResultReference("the path is too deep")
    return steps


class _Walk:
    """The references of one call, followed with one allowance: an array of empty arrays selects nothing, and may be
    named by a hundred arguments."""

    def __init__(self) -> None:
        self._left = MAX_VISITS

    def along(self, value: Any, steps: list[str]) -> Any:
        for position, step in enumerate(steps):
            self._visit(1)
            if isinstance(value, dict):
                if step not in value:
                    raise InvalidResultReference(f"nothing at {step}")
                value = value[step]
            elif isinstance(value, list) and step == "*":
                return self._join(value, steps[position + 1 :])
            elif isinstance(value, list) and _is_index(step) and int(step) < len(value):
                value = value[int(step)]
            else:
                raise InvalidResultReference(f"nothing at {step}")
        return value

    def _join(self, items: list[Any], rest: list[str]) -> list[Any]:
        joined: list[Any] = []
        for item in items:
            self._visit(1)
            result = self.along(item, rest)
            if isinstance(result, list):
                self._visit(len(result))
                joined.extend(result)
            else:
                joined.append(result)
        return joined

    def _visit(self, values: int) -> None:
        self._left -= values
        if self._left < 0:
            raise InvalidResultReference("the references lead through too much")


def _is_index(step: str) -> bool:
    return step.isascii() and step.isdigit() and len(step) < 10 and (step == "0" or step[0] != "0")
