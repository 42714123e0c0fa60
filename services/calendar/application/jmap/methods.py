"""Which JMAP methods this service answers."""

from collections.abc import Callable, Mapping
from datetime import datetime

from chassis.jmap.batch import Call, Handler
from chassis.jmap.errors import MethodError
from contracts.jmap import JsonObject
from services.calendar.application.jmap.calendars import get_calendars, query_calendars, set_calendars
from services.calendar.application.jmap.event_get import get_events
from services.calendar.application.jmap.event_query import query_events
from services.calendar.application.jmap.event_set import set_events
from services.calendar.application.ports import AgendaStore, UnknownAccountError


def methods(store: AgendaStore, clock: Callable[[], datetime]) -> Mapping[str, Handler]:
    """Handlers by method name. `clock` gives the time with its zone."""
    handlers: dict[str, Handler] = {
        "Calendar/get": lambda call, arguments: get_calendars(store, call, arguments),
        "Calendar/query": lambda call, arguments: query_calendars(store, call, arguments),
        "Calendar/set": lambda call, arguments: set_calendars(store, call, arguments),
        "CalendarEvent/get": lambda call, arguments: get_events(store, call, arguments),
        "CalendarEvent/query": lambda call, arguments: query_events(store, call, arguments, clock()),
        "CalendarEvent/set": lambda call, arguments: set_events(store, call, arguments, clock()),
    }
    return {name: _known_account(handler) for name, handler in handlers.items()}


def _known_account(handler: Handler) -> Handler:
    """An account of which this service has not heard (yet) is accountNotFound."""

    def handle(call: Call, arguments: JsonObject) -> JsonObject:
        try:
            return handler(call, arguments)
        except UnknownAccountError:
            raise MethodError("accountNotFound") from None

    return handle
