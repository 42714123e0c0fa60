"""PatchObject (RFC 8620 §5.3): an update whose keys are paths into the object."""

import copy
from typing import Any

from chassis.jmap.errors import SetError
from contracts.jmap import JsonObject

MAX_DEPTH = 32


def apply_patch(current: JsonObject, patch: JsonObject) -> JsonObject:
    """A new object: `current` with `patch` applied; a null removes. Raises SetError invalidPatch."""
    paths = {path: _steps(path) for path in patch}
    _refuse_overlaps(list(paths.values()))
    result = copy.deepcopy(current)
    for path, value in patch.items():
        _put(result, paths[path], value)
    return result


def changed_properties(current: JsonObject, wanted: JsonObject) -> set[str]:
    """What an update would change. A client may send an object back whole: what the server sets, as it is."""
    return {name for name in current.keys() | wanted.keys() if wanted.get(name) != current.get(name)}


def property_of(path: str) -> str:
    """The property that a path of a PatchObject leads into."""
    return _steps(path)[0]


def _steps(path: str) -> tuple[str, ...]:
    steps = tuple(step.replace("~1", "/").replace("~0", "~") for step in path.removeprefix("/").split("/"))
    if len(steps) > MAX_DEPTH:
        raise SetError("invalidPatch", "a path is too deep")
    return steps


def _refuse_overlaps(paths: list[tuple[str, ...]]) -> None:
    for first, second in zip(ordered := sorted(paths), ordered[1:], strict=False):
        if second[: len(first)] == first:
            raise SetError("invalidPatch", "one path is the beginning of another")


def _put(target: Any, steps: tuple[str, ...], value: Any) -> None:
    for step in steps[:-1]:
        if not isinstance(target, dict) or step not in target:
            raise SetError("invalidPatch", "a path leads through what does not exist")
        target = target[step]
    if not isinstance(target, dict):
        raise SetError("invalidPatch", "a path leads into what is not an object")
    if value is None:
        target.pop(steps[-1], None)
    else:
        target[steps[-1]] = value
