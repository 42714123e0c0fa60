"""Which calls go together, and what has to wait for what (RFC 8620 §3.3, §3.7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.jmap import Invocation, JsonObject


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive calls (by position) for one owner; `after` are the indexes of earlier runs that must end first."""

    owner: str
    positions: range
    after: frozenset[int]


def plan(calls: Sequence[Invocation], owners: Sequence[str]) -> list[Run]:
    """`owners`: whose each call is. Calls of one owner keep their order; those of different owners only wait where one
    refers to the other, by a result reference or by a creation id."""
    runs: list[Run] = []
    for owner, positions in _consecutive(owners):
        members = [calls[position] for position in positions]
        after = frozenset(
            index
            for index, earlier in enumerate(runs)
            if earlier.owner == owner or _depends(members, [calls[position] for position in earlier.positions])
        )
        runs.append(Run(owner, positions, after))
    return runs


def referred_calls(arguments: JsonObject) -> frozenset[str]:
    """The method call ids that `arguments` refer to."""
    return frozenset(
        value["resultOf"]
        for name, value in arguments.items()
        if name.startswith("#") and isinstance(value, dict) and isinstance(value.get("resultOf"), str)
    )


def _consecutive(owners: Sequence[str]) -> Iterable[tuple[str, range]]:
    start = 0
    for position in range(1, len(owners) + 1):
        if position == len(owners) or owners[position] != owners[start]:
            yield owners[start], range(start, position)
            start = position


def _depends(members: Sequence[Invocation], earlier: Sequence[Invocation]) -> bool:
    ids = {call.call_id for call in earlier}
    if any(referred_calls(member.arguments) & ids for member in members):
        return True
    created = {f"#{creation_id}" for call in earlier for creation_id in _creation_ids(call.arguments)}
    return bool(created) and any(_mentions(member.arguments, created) for member in members)


def _creation_ids(arguments: JsonObject) -> Iterable[str]:
    """Of /set and /copy (`create`) and of Email/import (`emails`)."""
    for name in ("create", "emails"):
        value = arguments.get(name)
        if isinstance(value, dict):
            yield from value


def _mentions(value: Any, names: set[str]) -> bool:
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            if node in names:
                return True
        elif isinstance(node, dict):
            if not names.isdisjoint(node):
                return True
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return False
