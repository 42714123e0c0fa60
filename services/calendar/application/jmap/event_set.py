"""CalendarEvent/set (draft-ietf-jmap-calendars-26 §5.8): events, whole series and single instances."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

from chassis.jmap.batch import Call
from chassis.jmap.errors import InvalidProperties, SetError
from chassis.jmap.patch import apply_patch
from chassis.jmap.standard import (
    Bool,
    SetArguments,
    SetOutcome,
    check_if_in_state,
    check_set_size,
    parse_arguments,
    resolve_id,
)
from contracts.jmap import JsonObject
from services.calendar.application.jmap.event_get import OF_THE_SERVER, describe, whole
from services.calendar.application.occurrence_index import index_event
from services.calendar.application.ports import Agendas, AgendaStore, Json, StoredEvent
from services.calendar.domain.ids import EventId, parse_calendar_id, parse_event_id
from services.calendar.domain.jscalendar import InvalidEventError, check_event
from services.calendar.domain.recurrence import HORIZON, MAX_DAYS_A_CALL, days_to_walk, has_instance, instance
from services.calendar.domain.series import change_instance, exclude_instance, move_overrides

IN_COLUMNS = ("uid", "calendarIds")


class SetEventArguments(SetArguments):
    """Nobody is invited from here yet, so there is nothing for sendSchedulingMessages to send."""

    sendSchedulingMessages: Bool = False


def set_events(store: AgendaStore, call: Call, arguments: JsonObject, now: datetime) -> JsonObject:
    wanted = parse_arguments(SetEventArguments, arguments)
    check_set_size(wanted)
    outcome = SetOutcome()
    with store.write(call.account_id) as agendas:
        old_state = agendas.state("CalendarEvent")
        check_if_in_state(wanted.ifInState, old_state)
        write = _Write(agendas, call, now)
        for creation_id, properties in (wanted.create or {}).items():
            outcome.try_create(creation_id, write.creation(creation_id, properties))
        for id_, patch in (wanted.update or {}).items():
            outcome.try_update(id_, write.update(id_, patch))
        for id_ in wanted.destroy or ():
            outcome.try_destroy(id_, write.removal(id_))
        if outcome.created or outcome.updated or outcome.destroyed:
            agendas.changed("CalendarEvent")
        return outcome.response(call.account_id, old_state, agendas.state("CalendarEvent"))


class _Write:
    """One /set call at work: each method returns what SetOutcome is to try."""

    def __init__(self, agendas: Agendas, call: Call, now: datetime) -> None:
        self._agendas = agendas
        self._call = call
        self._now = now
        self._days = 0

    def creation(self, creation_id: str, properties: JsonObject) -> Callable[[], JsonObject]:
        def create() -> JsonObject:
            if given := sorted(OF_THE_SERVER & set(properties)):
                raise InvalidProperties(*given)
            event = {"uid": str(uuid4())} | properties
            _check(event)
            self._spend(event)
            calendar = self._calendar(event)
            if self._agendas.event_with_uid(event["uid"]) is not None:
                raise SetError("alreadyExists", "an event with this uid exists")
            stored = self._agendas.add_event(calendar, event["uid"], _data(event))
            index_event(self._agendas, stored.number, stored.data, self._now)
            self._call.created_ids[creation_id] = str(EventId(stored.number))
            described = describe(stored, EventId(stored.number)) or {}
            return {name: value for name, value in described.items() if name not in properties}

        return create

    def update(self, id_: str, patch: JsonObject) -> Callable[[], JsonObject | None]:
        def update() -> JsonObject | None:
            event_id, event = self._find(id_)
            change = {path: value for path, value in patch.items() if not _restates(event, event_id, path, value)}
            if event_id.recurrence_id:
                self._save(event, _changed_instance(event, event_id.recurrence_id, change), event.calendar)
            else:
                before = whole(event)
                after = apply_patch(before, change)
                _check(after)
                if after.get("uid") != event.uid:
                    raise InvalidProperties("uid")
                moved = move_overrides(event.data, _data(after))
                _check(moved)
                self._save(event, moved, self._calendar(after))
            return None

        return update

    def removal(self, id_: str) -> Callable[[], None]:
        def destroy() -> None:
            event_id, event = self._find(id_)
            if event_id.recurrence_id:
                self._save(event, exclude_instance(event.data, event_id.recurrence_id), event.calendar)
            else:
                self._agendas.remove_event(event.number)

        return destroy

    def _save(self, event: StoredEvent, data: Json, calendar: int) -> None:
        self._agendas.save_event(event.number, calendar, data)
        index_event(self._agendas, event.number, data, self._now)

    def _find(self, id_: str) -> tuple[EventId, StoredEvent]:
        event_id = parse_event_id(resolve_id(id_, self._call.created_ids))
        found = self._agendas.events([event_id.number]) if event_id else []
        if event_id is None or not found:
            raise SetError("notFound")
        self._spend(found[0].data)
        if not _exists(found[0], event_id):
            raise SetError("notFound")
        return event_id, found[0]

    def _spend(self, event: Json) -> None:
        """Long series cost work for everybody: one call may walk only so many days."""
        self._days += days_to_walk(event, (self._now + HORIZON).replace(tzinfo=None))
        if self._days > MAX_DAYS_A_CALL:
            raise SetError("rateLimit", "too many long series in one call: send the rest in another")

    def _calendar(self, event: Json) -> int:
        """Exactly one calendar in this cut (maxCalendarsPerEvent is 1)."""
        ids = [resolve_id(id_, self._call.created_ids) for id_ in event.get("calendarIds") or ()]
        number = parse_calendar_id(ids[0]) if len(ids) == 1 else None
        if number is None or not self._agendas.calendars([number]):
            raise InvalidProperties("calendarIds")
        return number


def _exists(event: StoredEvent, event_id: EventId) -> bool:
    return not event_id.recurrence_id or has_instance(event.data, event_id.recurrence_id)


def _changed_instance(event: StoredEvent, recurrence_id: str, patch: JsonObject) -> Json:
    try:
        wanted = apply_patch(instance(event.data, recurrence_id), patch)
        return change_instance(event.data, recurrence_id, wanted)
    except InvalidEventError as error:
        raise InvalidProperties(*error.properties) from None


def _restates(event: StoredEvent, event_id: EventId, path: str, value: object) -> bool:
    """A server-set property may be sent back as it is (RFC 8620 §5.3); changing it is refused."""
    if path not in OF_THE_SERVER:
        return False
    if (describe(event, event_id) or {}).get(path) != value:
        raise InvalidProperties(path)
    return True


def _check(event: Json) -> None:
    try:
        check_event(event)
    except InvalidEventError as error:
        raise InvalidProperties(*error.properties) from None


def _data(event: Json) -> Json:
    return {name: value for name, value in event.items() if name not in IN_COLUMNS}
