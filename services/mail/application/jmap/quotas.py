"""Quota/get and Quota/query (RFC 9425 §4): one object for octets, one for the number of emails."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from chassis.jmap.batch import Call
from chassis.jmap.errors import MethodError
from chassis.jmap.filters import check_filter, known_conditions, matches
from chassis.jmap.standard import (
    Comparator,
    GetArguments,
    QueryArguments,
    QueryChangesArguments,
    check_get,
    get_response,
    parse_arguments,
    pick,
    query_changes_of_whole,
    query_response,
)
from contracts.jmap import JsonObject
from services.mail.application.jmap.states import changes_since
from services.mail.application.rows import Changes, QuotaRow
from services.mail.application.store import Store
from services.mail.domain.ids import QUOTA, to_id, to_ids, to_numbers

NAMES = {"octets": "Place", "count": "Messages"}
TYPES = ["Email"]
WARN_AT_PERCENT = 90


def describe(row: QuotaRow) -> JsonObject:
    return {
        "id": to_id(QUOTA, row.id),
        "resourceType": row.resource_type,
        "used": row.used,
        "hardLimit": row.hard_limit,
        "scope": "account",
        "name": NAMES[row.resource_type],
        "types": TYPES,
        "warnLimit": row.hard_limit * WARN_AT_PERCENT // 100,
        "softLimit": None,
        "description": None,
    }


PROPERTIES = frozenset(describe(QuotaRow(1, "octets", 0, 0)))


def get_quotas(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(GetArguments, arguments)
    ids = check_get(asked, PROPERTIES)
    with store.view(call.account_id) as view:
        state = str(view.state("Quota"))
        found = view.quotas(None if ids is None else to_numbers(QUOTA, ids))
    return get_response(call.account_id, state, [pick(describe(row), asked.properties) for row in found], ids)


def updated_properties(changes: Changes) -> JsonObject:
    """§4.3: tells a client that the limits are what they were."""
    only_used = bool(changes.updated) and changes.counted.issuperset(changes.updated)
    return {"updatedProperties": ["used"] if only_used else None}


_CONDITIONS: Mapping[str, Callable[[Any], bool]] = {
    name: lambda value: isinstance(value, str) for name in ("name", "scope", "resourceType", "type")
}
_SORTS = frozenset({"name", "used"})


def query_quotas(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(QueryArguments, arguments)
    check_filter(asked.filter, known_conditions(_CONDITIONS))
    with store.view(call.account_id) as view:
        rows, state = view.quotas(), str(view.state("Quota"))
    return query_response(call.account_id, state, asked, _result(rows, asked), len(rows), can_calculate_changes=True)


def query_quota_changes(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(QueryChangesArguments, arguments)
    check_filter(asked.filter, known_conditions(_CONDITIONS))
    with store.view(call.account_id) as view:
        rows, changes = view.quotas(), changes_since(view, "Quota", asked.sinceQueryState)
    moved = to_ids(QUOTA, changes.updated)
    return query_changes_of_whole(
        call.account_id, str(changes.new_state), asked, _result(rows, asked), removed=moved, created=[]
    )


def _result(rows: list[QuotaRow], asked: QueryArguments | QueryChangesArguments) -> list[str]:
    found = [quota for quota in map(describe, rows) if matches(asked.filter, partial(_holds, quota))]
    return [quota["id"] for quota in _ordered(found, asked.sort or [])]


def _holds(quota: JsonObject, name: str, value: Any) -> bool:
    match name:
        case "name":
            return str(value).casefold() in quota["name"].casefold()
        case "type":
            return value in quota["types"]
        case _:
            return bool(quota[name] == value)


def _ordered(quotas: list[JsonObject], sort: list[Comparator]) -> list[JsonObject]:
    for comparator in reversed(sort):
        if comparator.property not in _SORTS:
            raise MethodError("unsupportedSort")
        quotas = sorted(quotas, key=lambda quota: quota[comparator.property], reverse=not comparator.isAscending)
    return quotas
