"""Email/query and Email/queryChanges (RFC 8621 §4.4, §4.5)."""

from chassis.jmap.batch import Call
from chassis.jmap.errors import MethodError
from chassis.jmap.standard import (
    Bool,
    QueryArguments,
    QueryChangesArguments,
    parse_arguments,
    query_changes_response,
)
from contracts.jmap import JsonObject
from services.mail.application.jmap.email_filter import read_filter, read_sort
from services.mail.application.jmap.states import read_state
from services.mail.application.rows import PageRequest
from services.mail.application.store import AnchorNotFoundError, StateTooOldError, Store
from services.mail.domain.email_query import EmailQuery
from services.mail.domain.ids import EMAIL, to_id, to_ids, to_number

MAX_LIMIT = 5_000


class EmailQueryArguments(QueryArguments):
    collapseThreads: Bool = False


class EmailQueryChangesArguments(QueryChangesArguments):
    collapseThreads: Bool = False


def query_emails(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    asked = parse_arguments(EmailQueryArguments, arguments)
    query = EmailQuery(read_filter(asked.filter), read_sort(asked.sort), asked.collapseThreads)
    limit = MAX_LIMIT if asked.limit is None else min(asked.limit, MAX_LIMIT)
    anchor = None
    if asked.anchor is not None:
        anchor = to_number(EMAIL, asked.anchor)
        if anchor is None:
            raise MethodError("anchorNotFound")
    request = PageRequest(limit, asked.position, anchor, asked.anchorOffset, asked.calculateTotal)
    try:
        with store.view(call.account_id) as view:
            state = str(view.state("Email"))
            page = view.query(query, request)
    except AnchorNotFoundError:
        raise MethodError("anchorNotFound") from None
    response: JsonObject = {
        "accountId": call.account_id,
        "queryState": state,
        "canCalculateChanges": query.can_calculate_changes,
        "position": page.position,
        "ids": to_ids(EMAIL, page.ids),
    }
    if page.total is not None:
        response["total"] = page.total
    if limit != asked.limit:
        response["limit"] = limit
    return response


def query_email_changes(store: Store, call: Call, arguments: JsonObject) -> JsonObject:
    """For every query that asks for no words; those are cannotCalculateChanges."""
    asked = parse_arguments(EmailQueryChangesArguments, arguments)
    query = EmailQuery(read_filter(asked.filter), read_sort(asked.sort), asked.collapseThreads)
    if not query.can_calculate_changes:
        raise MethodError("cannotCalculateChanges")
    up_to = None if asked.upToId is None else to_number(EMAIL, asked.upToId)
    try:
        with store.view(call.account_id) as view:
            delta = view.query_changes(
                query, read_state(asked.sinceQueryState), up_to=up_to, calculate_total=asked.calculateTotal
            )
    except StateTooOldError:
        raise MethodError("cannotCalculateChanges") from None
    return query_changes_response(
        call.account_id,
        str(delta.new_state),
        asked,
        removed=to_ids(EMAIL, delta.removed),
        added=[(index, to_id(EMAIL, email)) for index, email in delta.added],
        total=delta.total,
    )
