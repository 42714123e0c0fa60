"""The filters of /query (RFC 8620 §5.5): trees of AND, OR and NOT over conditions, bounded in depth and number."""

from collections.abc import Callable, Mapping
from typing import Any

from chassis.jmap.errors import InvalidArguments, MethodError
from contracts.jmap import JsonObject

MAX_FILTER_DEPTH = 16
MAX_FILTER_CONDITIONS = 200


def check_filter(filter_: JsonObject | None, check_condition: Callable[[JsonObject], None]) -> None:
    """Walks an operator tree (§5.5), bounded; every condition is given to `check_condition`, which raises
    unsupportedFilter or invalidArguments."""
    if filter_ is None:
        return
    conditions = 0
    pending: list[tuple[Any, int]] = [(filter_, 1)]
    while pending:
        node, depth = pending.pop()
        if not isinstance(node, dict) or depth > MAX_FILTER_DEPTH:
            raise InvalidArguments("the filter is malformed or too deep", arguments=["filter"])
        if "operator" not in node:
            conditions += 1
            if conditions > MAX_FILTER_CONDITIONS:
                raise InvalidArguments("the filter has too many conditions", arguments=["filter"])
            check_condition(node)
        elif node["operator"] not in ("AND", "OR", "NOT") or not isinstance(node.get("conditions"), list):
            raise InvalidArguments("an operator is AND, OR or NOT with conditions", arguments=["filter"])
        else:
            pending.extend((child, depth + 1) for child in node["conditions"])


def known_conditions(known: Mapping[str, Callable[[Any], bool]]) -> Callable[[JsonObject], None]:
    """A check for `check_filter`: each property is one of `known`, whose value it accepts."""

    def check(condition: JsonObject) -> None:
        for name, value in condition.items():
            if name not in known:
                raise MethodError("unsupportedFilter", name[:100])
            if not known[name](value):
                raise InvalidArguments(f"filter: {name}", arguments=["filter"])

    return check


def matches(filter_: JsonObject | None, holds: Callable[[str, Any], bool]) -> bool:
    """Whether an object satisfies a checked filter. `holds` judges one property of a condition."""
    if filter_ is None:
        return True
    if "operator" in filter_:
        results = [matches(part, holds) for part in filter_["conditions"]]
        return {"AND": all(results), "OR": any(results), "NOT": not any(results)}[filter_["operator"]]
    return all(holds(name, value) for name, value in filter_.items())


def properties_of(filter_: JsonObject | None) -> set[str]:
    """The names of all conditions of a checked filter."""
    if filter_ is None:
        return set()
    if "operator" in filter_:
        return set().union(*(properties_of(part) for part in filter_["conditions"]))
    return set(filter_)
