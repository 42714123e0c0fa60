"""Which calls go together, and what has to wait for what (RFC 8620 §3.3, §3.7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.jmap import Invocation, JsonObject

_RESULT = "="
"""Marks a method call id, where creation ids are marked by "#"."""


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive calls (by position) for one owner; `after` are the indexes of earlier runs that must end first."""

    owner: str
    positions: range
    after: frozenset[int]


def plan(calls: Sequence[Invocation], owners: Sequence[str]) -> list[Run]:
    """`owners`: whose each call is. Calls of one owner keep their order; those of different owners only wait where one
    refers to the other, by a result reference or by a creation id."""
    created = frozenset(f"#{creation_id}" for call in calls for creation_id in _creation_ids(call.arguments))
    needs = [_needs(call.arguments, created) for call in calls]
    runs: list[Run] = []
    offers: list[set[str]] = []
    for owner, positions in _consecutive(owners):
        needed = frozenset[str]().union(*(needs[position] for position in positions))
        after = frozenset(
            index
            for index, earlier in enumerate(runs)
            if earlier.owner == owner or not needed.isdisjoint(offers[index])
        )
        runs.append(Run(owner, positions, after))
        offers.append({name for position in positions for name in _offers(calls[position])})
    return runs


def referred_call(name: str, value: object) -> str | None:
    """The method call id that the argument refers to; None when it is no reference."""
    if not name.startswith("#") or not isinstance(value, dict):
        return None
    call_id = value.get("resultOf")
    return call_id if isinstance(call_id, str) else None


def _consecutive(owners: Sequence[str]) -> Iterable[tuple[str, range]]:
    start = 0
    for position in range(1, len(owners) + 1):
        if position == len(owners) or owners[position] != owners[start]:
            yield owners[start], range(start, position)
            start = position


def _needs(arguments: JsonObject, created: frozenset[str]) -> set[str]:
    """Each call is read once, however many come before it."""
    referred = {_RESULT + id_ for name, value in arguments.items() if (id_ := referred_call(name, value)) is not None}
    return referred | _mentioned(arguments, created) if created else referred


def _offers(call: Invocation) -> Iterable[str]:
    yield _RESULT + call.call_id
    for creation_id in _creation_ids(call.arguments):
        yield f"#{creation_id}"


def _creation_ids(arguments: JsonObject) -> Iterable[str]:
    """Of /set and /copy (`create`) and of Email/import (`emails`)."""
    for name in ("create", "emails"):
        value = arguments.get(name)
        if isinstance(value, dict):
            yield from value


def _mentioned(value: Any, names: frozenset[str]) -> set[str]:
    found: set[str] = set()
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            if node in names:
                found.add(node)
        elif isinstance(node, dict):
            found.update(names.intersection(node))
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return found
