"""Calendar/get, /query and /set (draft-ietf-jmap-calendars-26 §4)."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidProperties, MethodError, SetError
from chassis.jmap.patch import apply_patch
from chassis.jmap.standard import (
    Bool,
    GetArguments,
    QueryArguments,
    SetArguments,
    SetOutcome,
    check_get,
    check_if_in_state,
    check_set_size,
    get_response,
    parse_arguments,
    pick,
    query_response,
    resolve_id,
)
from contracts.jmap import JsonObject
from services.calendar.application.ports import Agendas, AgendaStore, StoredCalendar
from services.calendar.domain.ids import calendar_id, parse_calendar_id

MAX_CALENDARS = 100
MAX_NAME_BYTES = 255
COLOR = re.compile(r"#[0-9A-Fa-f]{6}|[a-z]{3,32}")

RIGHTS = {
    "mayReadFreeBusy": True,
    "mayReadItems": True,
    "mayWriteAll": True,
    "mayWriteOwn": True,
    "mayUpdatePrivate": True,
    "mayRSVP": True,
    "mayShare": False,
}


class SetCalendarArguments(SetArguments):
    onDestroyRemoveEvents: Bool = False


def get_calendars(store: AgendaStore, call: Call, arguments: JsonObject) -> JsonObject:
    wanted = parse_arguments(GetArguments, arguments)
    ids = check_get(wanted, PROPERTIES)
    numbers = None if ids is None else [number for id_ in ids if (number := parse_calendar_id(id_))]
    with store.read(call.account_id) as agendas:
        found = [pick(describe(calendar), wanted.properties) for calendar in agendas.calendars(numbers)]
        return get_response(call.account_id, agendas.state("Calendar"), found, ids)


def query_calendars(store: AgendaStore, call: Call, arguments: JsonObject) -> JsonObject:
    wanted = parse_arguments(QueryArguments, arguments)
    if wanted.filter:
        raise MethodError("unsupportedFilter")
    if wanted.sort and [comparator.property for comparator in wanted.sort] != ["sortOrder"]:
        raise MethodError("unsupportedSort")
    with store.read(call.account_id) as agendas:
        ids = [calendar_id(calendar.number) for calendar in agendas.calendars()]
        state = agendas.state("Calendar")
    if wanted.sort and not wanted.sort[0].isAscending:
        ids.reverse()
    return query_response(call.account_id, state, wanted, ids, MAX_CALENDARS)


def set_calendars(store: AgendaStore, call: Call, arguments: JsonObject) -> JsonObject:
    wanted = parse_arguments(SetCalendarArguments, arguments)
    check_set_size(wanted)
    outcome = SetOutcome()
    with store.write(call.account_id) as agendas:
        old_state = agendas.state("Calendar")
        check_if_in_state(wanted.ifInState, old_state)
        for creation_id, properties in (wanted.create or {}).items():
            outcome.try_create(creation_id, _creation(agendas, call, creation_id, properties))
        for id_, patch in (wanted.update or {}).items():
            outcome.try_update(id_, _update(agendas, call, id_, patch))
        events_before = agendas.count_events()
        for id_ in wanted.destroy or ():
            outcome.try_destroy(id_, _removal(agendas, call, id_, remove_events=wanted.onDestroyRemoveEvents))
        if outcome.created or outcome.updated or outcome.destroyed:
            agendas.changed("Calendar", *(("CalendarEvent",) if agendas.count_events() != events_before else ()))
        return outcome.response(call.account_id, old_state, agendas.state("Calendar"))


def describe(calendar: StoredCalendar) -> JsonObject:
    """The JMAP object of a calendar."""
    return {
        "id": calendar_id(calendar.number),
        "name": calendar.name,
        "description": None,
        "color": calendar.color,
        "sortOrder": calendar.sort_order,
        "isSubscribed": True,
        "isVisible": calendar.is_visible,
        "isDefault": calendar.is_default,
        "includeInAvailability": "all",
        "defaultAlertsWithTime": None,
        "defaultAlertsWithoutTime": None,
        "timeZone": None,
        "shareWith": None,
        "myRights": RIGHTS | {"mayDelete": not calendar.is_default},
    }


PROPERTIES = frozenset(describe(StoredCalendar(1, "", None, 0, is_default=False, is_visible=True)))
SETTABLE: dict[str, Callable[[Any], bool]] = {
    "name": lambda value: isinstance(value, str) and 0 < len(value.encode()) <= MAX_NAME_BYTES and value.isprintable(),
    "color": lambda value: value is None or (isinstance(value, str) and bool(COLOR.fullmatch(value))),
    "sortOrder": lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31,
    "isVisible": lambda value: isinstance(value, bool),
}


def _creation(agendas: Agendas, call: Call, creation_id: str, properties: JsonObject) -> Callable[[], JsonObject]:
    def create() -> JsonObject:
        _check(properties)
        if "name" not in properties:
            raise InvalidProperties("name")
        if len(agendas.calendars()) >= MAX_CALENDARS:
            raise SetError("overQuota", f"at most {MAX_CALENDARS} calendars")
        number = agendas.add_calendar(properties["name"], properties.get("color"), properties.get("sortOrder", 0))
        created = agendas.calendars([number])[0]
        if properties.get("isVisible") is False:
            created = replace(created, is_visible=False)
            agendas.save_calendar(created)
        call.created_ids[creation_id] = calendar_id(number)
        return {name: value for name, value in describe(created).items() if name not in properties}

    return create


def _update(agendas: Agendas, call: Call, id_: str, patch: JsonObject) -> Callable[[], JsonObject | None]:
    def update() -> None:
        calendar = _find(agendas, call, id_)
        current = describe(calendar)
        wanted = apply_patch(current, patch)
        changed = {name: value for name, value in wanted.items() if current.get(name) != value}
        if missing := [name for name in current if name not in wanted and name != "color"]:
            raise InvalidProperties(*missing)
        _check(changed)
        agendas.save_calendar(
            replace(
                calendar,
                name=wanted["name"],
                color=wanted.get("color"),
                sort_order=wanted["sortOrder"],
                is_visible=wanted["isVisible"],
            )
        )

    return update


def _removal(agendas: Agendas, call: Call, id_: str, *, remove_events: bool) -> Callable[[], None]:
    def destroy() -> None:
        calendar = _find(agendas, call, id_)
        if calendar.is_default:
            raise SetError("forbidden", "the default calendar stays")
        if agendas.count_events(calendar.number):
            if not remove_events:
                raise SetError("calendarHasEvent")
            agendas.remove_events_of(calendar.number)
        agendas.remove_calendar(calendar.number)

    return destroy


def _find(agendas: Agendas, call: Call, id_: str) -> StoredCalendar:
    number = parse_calendar_id(resolve_id(id_, call.created_ids))
    found = agendas.calendars([number]) if number else []
    if not found:
        raise SetError("notFound")
    return found[0]


def _check(properties: JsonObject) -> None:
    wrong = [name for name, value in properties.items() if name not in SETTABLE or not SETTABLE[name](value)]
    if wrong:
        raise InvalidProperties(*sorted(wrong))
