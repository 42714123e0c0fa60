"""EmailSubmission/get, /query and /queryChanges (RFC 8621 §7.1, §7.3, §7.4)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from chassis.jmap.batch import Call
from chassis.jmap.filters import check_filter, known_conditions, matches, properties_of
from chassis.jmap.standard import (
    GetArguments,
    QueryArguments,
    QueryChangesArguments,
    check_all,
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
from services.mail.application.rows import SubmissionRow
from services.mail.application.store import Store
from services.mail.domain.dates import parse_utc_date, utc_date
from services.mail.domain.ids import EMAIL, IDENTITY, SUBMISSION, THREAD, to_id, to_ids, to_numbers

MAX_LIMIT = 5_000
PROPERTIES = frozenset(
    {
        "id", "identityId", "emailId", "threadId", "envelope", "sendAt", "undoStatus", "deliveryStatus", "dsnBlobIds",
        "mdnBlobIds",
    }
)  # fmt: skip


def describe(row: SubmissionRow) -> JsonObject:
    return {
        "id": to_id(SUBMISSION, row.id),
        "identityId": to_id(IDENTITY, row.identity_id),
        "emailId": to_id(EMAIL, row.email_id),
        "threadId": to_id(THREAD, row.thread_id),
        "envelope": {"mailFrom": row.mail_from, "rcptTo": row.rcpt_to},
        "sendAt": utc_date(row.send_at),
        "undoStatus": row.undo_status,
        "deliveryStatus": row.delivery or None,
        "dsnBlobIds": [],
        "mdnBlobIds": [],
    }


def get_submissions(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(GetArguments, arguments)
    ids = check_get(asked, PROPERTIES)
    with store.view(call.account_id) as view:
        state = str(view.state("EmailSubmission"))
        found = view.submissions(None if ids is None else to_numbers(SUBMISSION, ids))
    check_all(ids, found)
    return get_response(call.account_id, state, [pick(describe(row), asked.properties) for row in found], ids)


def _is_ids(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


_CONDITIONS: Mapping[str, Callable[[Any], bool]] = {
    "identityIds": _is_ids,
    "emailIds": _is_ids,
    "threadIds": _is_ids,
    "undoStatus": lambda value: isinstance(value, str),
    "before": lambda value: parse_utc_date(value) is not None,
    "after": lambda value: parse_utc_date(value) is not None,
}
_SORTS: Mapping[str, Callable[[SubmissionRow], Any]] = {
    "emailId": lambda row: row.email_id,
    "threadId": lambda row: row.thread_id,
    "sentAt": lambda row: row.send_at,
}


def query_submissions(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(QueryArguments, arguments)
    check_filter(asked.filter, known_conditions(_CONDITIONS))
    with store.view(call.account_id) as view:
        state, rows = str(view.state("EmailSubmission")), view.all_submissions()
    return query_response(call.account_id, state, asked, _result(rows, asked), MAX_LIMIT, can_calculate_changes=True)


def query_submission_changes(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    """§7.4. Of what can be asked for, undoStatus alone changes."""
    asked = parse_arguments(QueryChangesArguments, arguments)
    check_filter(asked.filter, known_conditions(_CONDITIONS))
    with store.view(call.account_id) as view:
        rows, changes = view.all_submissions(), changes_since(view, "EmailSubmission", asked.sinceQueryState)
    is_settled = "undoStatus" not in properties_of(asked.filter)
    moved = [] if is_settled else changes.updated
    return query_changes_of_whole(
        call.account_id,
        str(changes.new_state),
        asked,
        _result(rows, asked),
        removed=to_ids(SUBMISSION, [*moved, *changes.destroyed]),
        created=to_ids(SUBMISSION, changes.created),
        is_settled=is_settled,
    )


def _result(rows: list[SubmissionRow], asked: QueryArguments | QueryChangesArguments) -> list[str]:
    check_sort(asked.sort, _SORTS)
    for comparator in reversed(asked.sort or []):
        rows.sort(key=_SORTS[comparator.property], reverse=not comparator.isAscending)
    return [to_id(SUBMISSION, row.id) for row in rows if matches(asked.filter, partial(_holds, row))]


def _holds(row: SubmissionRow, name: str, value: Any) -> bool:
    match name:
        case "identityIds":
            return to_id(IDENTITY, row.identity_id) in value
        case "emailIds":
            return to_id(EMAIL, row.email_id) in value
        case "threadIds":
            return to_id(THREAD, row.thread_id) in value
        case "undoStatus":
            return bool(row.undo_status == value)
        case "before":
            at = parse_utc_date(value)
            return at is not None and row.send_at < at
        case _:
            at = parse_utc_date(value)
            return at is not None and row.send_at >= at
