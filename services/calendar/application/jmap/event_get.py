"""CalendarEvent/get (draft-ietf-jmap-calendars-26 §5.7)."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from datetime import UTC, datetime

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidArguments, MethodError
from chassis.jmap.standard import GetArguments, check_get, get_response, parse_arguments, pick
from contracts.jmap import JsonObject
from services.calendar.application.ports import AgendaStore, Json, StoredEvent
from services.calendar.domain.ids import EventId, calendar_id, parse_event_id
from services.calendar.domain.jscalendar import CHECKS, DEFAULTS
from services.calendar.domain.recurrence import MAX_DAYS_A_CALL, days_to_walk, instance, instances_among
from services.calendar.domain.times import add_duration, parse_local, to_utc, zone

ON_REQUEST = frozenset({"utcStart", "utcEnd"})
OF_THE_SERVER = frozenset(
    {"id", "baseEventId", "created", "updated", "isOrigin", "recurrenceId", "recurrenceIdTimeZone", *ON_REQUEST}
)
PROPERTIES = frozenset(CHECKS) | OF_THE_SERVER


class GetEventArguments(GetArguments):
    """The arguments of §5.7 that change what is returned are read; reducing participants changes nothing here."""

    recurrenceOverridesBefore: str | None = None
    recurrenceOverridesAfter: str | None = None
    reduceParticipants: bool = False
    timeZone: str | None = None


def get_events(store: AgendaStore, call: Call, arguments: JsonObject) -> JsonObject:
    wanted = parse_arguments(GetEventArguments, arguments)
    ids = check_get(wanted, PROPERTIES)
    floating = _zone(wanted.timeZone)
    parsed = {id_: event_id for id_ in ids or () if (event_id := parse_event_id(id_))}
    numbers = None if ids is None else sorted({event_id.number for event_id in parsed.values()})
    with store.read(call.account_id) as agendas:
        events = {event.number: event for event in agendas.events(numbers)}
        state = agendas.state("CalendarEvent")
    if ids is None:
        parsed = {str(event_id): event_id for number in events if (event_id := EventId(number))}
    instances = _instances(events, parsed.values())
    found = [
        pick(described, _shown(described, wanted.properties))
        for event_id in parsed.values()
        if (described := _described(events.get(event_id.number), event_id, floating, instances)) is not None
    ]
    return get_response(call.account_id, state, found, ids)


def describe(event: StoredEvent, event_id: EventId) -> JsonObject | None:
    """The JMAP object of an event or of one instance; None when there is no such instance."""
    return _described(event, event_id, None, _instances({event.number: event}, [event_id]))


def _instances(events: Mapping[int, StoredEvent], event_ids: Iterable[EventId]) -> frozenset[EventId]:
    """Those that name an instance that there is."""
    asked: dict[int, list[EventId]] = defaultdict(list)
    for event_id in event_ids:
        if event_id.recurrence_id and event_id.number in events:
            asked[event_id.number].append(event_id)
    found: set[EventId] = set()
    days = 0
    for number, ids in asked.items():
        days += days_to_walk(events[number].data, parse_local(max(event_id.recurrence_id for event_id in ids)))
        if days > MAX_DAYS_A_CALL:
            raise MethodError("requestTooLarge", "instances of too many long series in one call")
        known = instances_among(events[number].data, [event_id.recurrence_id for event_id in ids])
        found |= {event_id for event_id in ids if event_id.recurrence_id in known}
    return frozenset(found)


def _described(
    event: StoredEvent | None, event_id: EventId, floating: str | None, instances: Container[EventId]
) -> JsonObject | None:
    if event is None:
        return None
    if not event_id.recurrence_id:
        return _object(event, event.data, event_id, None, floating)
    if event_id not in instances:
        return None
    return _object(event, instance(event.data, event_id.recurrence_id), event_id, event_id.base, floating)


def whole(event: StoredEvent) -> Json:
    """The JSCalendar object with what has a column of its own: what a patch applies to."""
    return event.data | {"uid": event.uid, "calendarIds": {calendar_id(event.calendar): True}}


def _object(
    event: StoredEvent, data: Json, event_id: EventId, base_event_id: str | None, floating: str | None
) -> JsonObject:
    described = DEFAULTS | data
    time_zone = zone(described["timeZone"] or floating)
    start = parse_local(described["start"])
    described |= {
        "id": str(event_id),
        "baseEventId": base_event_id,
        "uid": event.uid,
        "calendarIds": {calendar_id(event.calendar): True},
        "created": _utc(event.created_at),
        "updated": _utc(event.updated_at),
        "isOrigin": True,
        "utcStart": _utc(to_utc(start, time_zone)),
        "utcEnd": _utc(add_duration(start, described["duration"], time_zone)),
    }
    if base_event_id is not None:
        described |= {"recurrenceId": event_id.recurrence_id, "recurrenceIdTimeZone": event.data.get("timeZone")}
    return described


def _shown(described: JsonObject, properties: list[str] | None) -> list[str]:
    """utcStart and utcEnd come only when asked for (§5.1)."""
    return [name for name in described if name not in ON_REQUEST] if properties is None else properties


def _zone(name: str | None) -> str | None:
    try:
        zone(name)
    except ValueError:
        raise InvalidArguments("unknown time zone", arguments=["timeZone"]) from None
    return name


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
