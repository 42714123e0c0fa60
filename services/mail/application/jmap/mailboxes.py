"""Mailbox/get, Mailbox/query and Mailbox/queryChanges (RFC 8621 §2)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from chassis.jmap.batch import Call
from chassis.jmap.filters import check_filter, known_conditions, matches
from chassis.jmap.standard import (
    Bool,
    Comparator,
    GetArguments,
    QueryArguments,
    QueryChangesArguments,
    check_get,
    check_sort,
    get_response,
    parse_arguments,
    pick,
    query_changes_of_whole,
    query_response,
)
from contracts.jmap import JsonObject
from services.mail.application.jmap.states import changes_since
from services.mail.application.rows import Changes, MailboxRow
from services.mail.application.store import Store
from services.mail.domain.ids import MAILBOX, to_id, to_ids, to_number, to_numbers
from services.mail.domain.mailboxes import DEFAULT_ROLES, MAX_DEPTH, MAX_MAILBOXES

COUNTS = ("totalEmails", "unreadEmails", "totalThreads", "unreadThreads")


def depth_of(number: int | None, rows: Mapping[int, MailboxRow]) -> int:
    """How many mailboxes lead to this one, itself included; 0 where there is none."""
    depth = 0
    while number is not None and number in rows:
        number, depth = rows[number].parent_id, depth + 1
    return depth


def describe(row: MailboxRow, depth: int) -> JsonObject:
    """depth: 1 at the top."""
    kept = row.role in DEFAULT_ROLES
    return {
        "id": to_id(MAILBOX, row.id),
        "name": row.name,
        "parentId": None if row.parent_id is None else to_id(MAILBOX, row.parent_id),
        "role": row.role,
        "sortOrder": row.sort_order,
        "totalEmails": row.total_emails,
        "unreadEmails": row.unread_emails,
        "totalThreads": row.total_threads,
        "unreadThreads": row.unread_threads,
        "myRights": {
            "mayReadItems": True,
            "mayAddItems": True,
            "mayRemoveItems": True,
            "maySetSeen": True,
            "maySetKeywords": True,
            "mayCreateChild": depth < MAX_DEPTH,
            "mayRename": row.role != "inbox",
            "mayDelete": not kept,
            "maySubmit": True,
        },
        "isSubscribed": row.is_subscribed,
    }


PROPERTIES = frozenset(describe(MailboxRow(1, None, "", None, 0, True, 0, 0, 0, 0), 1))


def get_mailboxes(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(GetArguments, arguments)
    ids = check_get(asked, PROPERTIES)
    with store.view(call.account_id) as view:
        state = str(view.state("Mailbox"))
        rows = view.mailboxes(None if ids is None or _asks_for_rights(asked) else to_numbers(MAILBOX, ids))
    known = {row.id: row for row in rows}
    found = [pick(describe(row, depth_of(row.id, known)), asked.properties) for row in rows]
    return get_response(call.account_id, state, found, ids)


def _asks_for_rights(asked: GetArguments) -> bool:
    """Whether a mailbox may have a child depends on those above it."""
    return asked.properties is None or "myRights" in asked.properties


def updated_properties(changes: Changes) -> JsonObject:
    """RFC 8621 §2.2: tells a client that it need not fetch more than the counts."""
    only_counts = bool(changes.updated) and changes.counted.issuperset(changes.updated)
    return {"updatedProperties": list(COUNTS) if only_counts else None}


class MailboxQueryArguments(QueryArguments):
    sortAsTree: Bool = False
    filterAsTree: Bool = False


class MailboxQueryChangesArguments(QueryChangesArguments):
    sortAsTree: Bool = False
    filterAsTree: Bool = False


_CONDITIONS: Mapping[str, Callable[[Any], bool]] = {
    "parentId": lambda value: value is None or isinstance(value, str),
    "name": lambda value: isinstance(value, str),
    "role": lambda value: value is None or isinstance(value, str),
    "hasAnyRole": lambda value: isinstance(value, bool),
    "isSubscribed": lambda value: isinstance(value, bool),
}


def query_mailboxes(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(MailboxQueryArguments, arguments)
    check_filter(asked.filter, known_conditions(_CONDITIONS))
    with store.view(call.account_id) as view:
        rows, state = view.mailboxes(), str(view.state("Mailbox"))
    ids = [to_id(MAILBOX, row.id) for row in _result(rows, asked)]
    return query_response(call.account_id, state, asked, ids, MAX_MAILBOXES, can_calculate_changes=True)


def query_mailbox_changes(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    """§2.4. In a tree what is below a mailbox moves and comes and goes with it."""
    asked = parse_arguments(MailboxQueryChangesArguments, arguments)
    check_filter(asked.filter, known_conditions(_CONDITIONS))
    with store.view(call.account_id) as view:
        rows, changes = view.mailboxes(), changes_since(view, "Mailbox", asked.sinceQueryState)
    moved = set(changes.updated) - changes.counted
    if asked.sortAsTree or asked.filterAsTree:
        moved = _with_all_below(rows, moved) - set(changes.created)
    return query_changes_of_whole(
        call.account_id,
        str(changes.new_state),
        asked,
        [to_id(MAILBOX, row.id) for row in _result(rows, asked)],
        removed=to_ids(MAILBOX, [*moved, *changes.destroyed]),
        created=to_ids(MAILBOX, changes.created),
    )


def _result(rows: list[MailboxRow], asked: MailboxQueryArguments | MailboxQueryChangesArguments) -> list[MailboxRow]:
    matching = {row.id for row in rows if matches(asked.filter, partial(_holds, row))}
    ordered = _ordered(rows, asked.sort or [])
    if asked.sortAsTree or asked.filterAsTree:
        ordered = _as_tree(ordered, matching, filter_as_tree=asked.filterAsTree, sort_as_tree=asked.sortAsTree)
    return [row for row in ordered if row.id in matching]


def _with_all_below(rows: list[MailboxRow], tops: set[int]) -> set[int]:
    below: dict[int | None, list[int]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row.id)
    found: set[int] = set()
    pending = list(tops)
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending.extend(below.get(one, ()))
    return found


def _holds(row: MailboxRow, name: str, value: Any) -> bool:
    match name:
        case "parentId":
            return row.parent_id is None if value is None else row.parent_id == to_number(MAILBOX, value)
        case "name":
            return value.casefold() in row.name.casefold()
        case "role":
            return bool(row.role == value)
        case "hasAnyRole":
            return (row.role is not None) is bool(value)
        case _:
            return row.is_subscribed is bool(value)


_SORTS: Mapping[str, Callable[[MailboxRow], Any]] = {
    "sortOrder": lambda row: row.sort_order,
    "name": lambda row: row.name.casefold(),
    "parentId": lambda row: row.parent_id or 0,
}


def _ordered(rows: list[MailboxRow], sort: list[Comparator]) -> list[MailboxRow]:
    check_sort(sort, _SORTS)
    ordered = list(rows)
    for comparator in reversed(sort):
        ordered.sort(key=_SORTS[comparator.property], reverse=not comparator.isAscending)
    return ordered


def _as_tree(
    ordered: list[MailboxRow], matching: set[int], *, filter_as_tree: bool, sort_as_tree: bool
) -> list[MailboxRow]:
    """§2.3: children after their parent (sortAsTree); a mailbox only where its ancestors match (filterAsTree)."""
    children: dict[int | None, list[MailboxRow]] = {}
    for row in ordered:
        children.setdefault(row.parent_id, []).append(row)
    walked: list[MailboxRow] = []
    pending = list(reversed(children.get(None, [])))
    while pending:
        row = pending.pop()
        if filter_as_tree and row.id not in matching:
            continue
        walked.append(row)
        pending.extend(reversed(children.get(row.id, [])))
    if sort_as_tree:
        return walked
    kept = {row.id for row in walked}
    return [row for row in ordered if row.id in kept]
