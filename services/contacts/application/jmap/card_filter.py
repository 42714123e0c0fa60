"""The filter of ContactCard/query (RFC 9610 §3.3.1), from JSON to the domain's tree."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from chassis.jmap.errors import InvalidArguments, MethodError
from chassis.jmap.filters import check_filter
from contracts.jmap import JsonObject
from services.contacts.domain.card_filter import (
    NOTHING,
    All,
    AnyOf,
    Equals,
    Filter,
    HasMember,
    InBook,
    Not,
    Words,
    Written,
)
from services.contacts.domain.jscontact import moment
from services.contacts.domain.search_words import SearchField, prefix_query


def read_filter(node: JsonObject | None) -> Filter:
    """Raises unsupportedFilter for a condition that is not known, invalidArguments for what is malformed."""
    check_filter(node, _check_condition)
    return All() if node is None else _tree(node)


def _tree(node: JsonObject) -> Filter:
    if "operator" not in node:
        return All(tuple(_CONDITIONS[name](value) for name, value in node.items()))
    parts = tuple(_tree(child) for child in node["conditions"])
    match node["operator"]:
        case "AND":
            return All(parts)
        case "OR":
            return AnyOf(parts)
        case _:
            return Not(AnyOf(parts))


def _check_condition(condition: JsonObject) -> None:
    for name, value in condition.items():
        if name not in _CONDITIONS:
            raise MethodError("unsupportedFilter", "unknown condition")
        if not isinstance(value, str) or "\x00" in value or (name in _MOMENTS and not moment(value)):
            raise InvalidArguments("wrong condition: " + name, arguments=["filter"])


def _words(field: SearchField | None) -> Callable[[str], Filter]:
    def condition(text: str) -> Filter:
        query = prefix_query(text, field)
        if query is None:
            return NOTHING
        return Words(query) if query else All()

    return condition


def _written(column: Literal["created_at", "updated_at"], *, before: bool) -> Callable[[str], Filter]:
    return lambda text: Written(column, before, datetime.fromisoformat(text))


_MOMENTS = {"createdBefore", "createdAfter", "updatedBefore", "updatedAfter"}
_CONDITIONS: dict[str, Callable[[str], Filter]] = {
    "inAddressBook": InBook,
    "uid": lambda uid: Equals("uid", uid),
    "kind": lambda kind: Equals("kind", kind),
    "hasMember": HasMember,
    "createdBefore": _written("created_at", before=True),
    "createdAfter": _written("created_at", before=False),
    "updatedBefore": _written("updated_at", before=True),
    "updatedAfter": _written("updated_at", before=False),
    "text": _words(None),
    "name": _words(SearchField.NAME),
    "name/given": _words(SearchField.GIVEN),
    "name/surname": _words(SearchField.SURNAME),
    "name/surname2": _words(SearchField.SURNAME),
    "nickname": _words(SearchField.NICKNAME),
    "organization": _words(SearchField.ORGANIZATION),
    "email": _words(SearchField.EMAIL),
    "phone": _words(SearchField.PHONE),
    "onlineService": _words(SearchField.ONLINE_SERVICE),
    "address": _words(SearchField.ADDRESS),
    "note": _words(SearchField.NOTE),
}
