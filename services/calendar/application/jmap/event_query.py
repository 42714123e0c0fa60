"""CalendarEvent/query (draft-ietf-jmap-calendars-26 §5.10) on the occurrence index."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidArguments, MethodError
from chassis.jmap.standard import Bool, QueryArguments, parse_arguments, query_response
from contracts.jmap import JsonObject
from services.calendar.application.occurrence_index import reach
from services.calendar.application.ports import Agendas, AgendaStore, EventQuery
from services.calendar.domain.ids import EventId, parse_calendar_id
from services.calendar.domain.times import parse_local, to_utc, zone

MAX_RESULTS = 5_000
MAX_EXPANDED_DAYS = 400
CONDITIONS = frozenset({"inCalendar", "after", "before", "text", "title", "uid"})


class QueryEventArguments(QueryArguments):
    expandRecurrences: Bool = False
    timeZone: str = "Etc/UTC"


def query_events(store: AgendaStore, call: Call, arguments: JsonObject, now: datetime) -> JsonObject:
    wanted = parse_arguments(QueryEventArguments, arguments)
    query = _query(wanted)
    descending = _is_descending(wanted)
    with store.write(call.account_id) if _must_reach(store, call, query, now) else store.read(call.account_id) as found:
        ids = _ids(found, wanted, query, now)
        state = found.state("CalendarEvent")
    if descending:
        ids.reverse()
    return query_response(call.account_id, state, wanted, ids, MAX_RESULTS)


def _ids(agendas: Agendas, wanted: QueryEventArguments, query: EventQuery, now: datetime) -> list[str]:
    if query.before is not None and agendas.to_index(query.before, 1):
        reach(agendas, query.before, now)
    hits = agendas.find_instances(query) if wanted.expandRecurrences else agendas.find_events(query)
    return [str(EventId(hit.number, hit.recurrence_id or "")) for hit in hits]


def _must_reach(store: AgendaStore, call: Call, query: EventQuery, now: datetime) -> bool:
    """Whether the index must first be extended, which only a writing transaction may do."""
    if query.before is None or query.before <= now:
        return False
    with store.read(call.account_id) as agendas:
        return bool(agendas.to_index(query.before, 1))


def _query(wanted: QueryEventArguments) -> EventQuery:
    condition = _single_condition(wanted.filter or {})
    after, before = (_moment(condition, name, wanted.timeZone) for name in ("after", "before"))
    if wanted.expandRecurrences:
        if after is None or before is None:
            raise InvalidArguments("expandRecurrences needs after and before", arguments=["filter"])
        if before - after > timedelta(days=MAX_EXPANDED_DAYS):
            raise MethodError("expandDurationTooLarge", maxDuration=f"P{MAX_EXPANDED_DAYS}D")
    if after is not None and before is not None and before <= after:
        raise InvalidArguments("before must be later than after", arguments=["filter"])
    text = condition.get("text", condition.get("title"))
    calendars = None
    if (calendar := condition.get("inCalendar")) is not None:
        calendars = [parse_calendar_id(calendar) or 0]
    return EventQuery(after, before, calendars, condition.get("uid"), text, MAX_RESULTS)


def _single_condition(filter_: JsonObject) -> dict[str, Any]:
    """One condition, or several joined by AND that don't repeat each other; other trees are not supported yet."""
    if "operator" in filter_:
        parts = filter_.get("conditions")
        if filter_["operator"] != "AND" or not isinstance(parts, list) or len(parts) > len(CONDITIONS):
            raise MethodError("unsupportedFilter")
        merged: dict[str, Any] = {}
        for part in parts:
            if not isinstance(part, dict) or "operator" in part or set(part) & set(merged):
                raise MethodError("unsupportedFilter")
            merged |= part
        return _single_condition(merged)
    if not set(filter_) <= CONDITIONS or {"text", "title"} <= set(filter_):
        raise MethodError("unsupportedFilter")
    if not all(isinstance(value, str) and len(value) <= 1_000 for value in filter_.values()):
        raise InvalidArguments("wrong filter", arguments=["filter"])
    return filter_


def _moment(condition: dict[str, Any], name: str, time_zone: str) -> datetime | None:
    """`after` and `before` are local times in the query's time zone."""
    if name not in condition:
        return None
    try:
        return to_utc(parse_local(condition[name]), zone(time_zone)).astimezone(UTC)
    except ValueError:
        raise InvalidArguments("wrong time or time zone", arguments=["filter", "timeZone"]) from None


def _is_descending(wanted: QueryEventArguments) -> bool:
    if not wanted.sort:
        return False
    if len(wanted.sort) > 1 or wanted.sort[0].property != "start":
        raise MethodError("unsupportedSort")
    return not wanted.sort[0].isAscending
