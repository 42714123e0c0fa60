"""The calendar service: calendars and events by JMAP (draft-ietf-jmap-calendars-26 over JSCalendar 2.0)."""

from typing import ClassVar, Protocol

from contracts.base import Ping, Pong, StateChanged, rpc_service
from contracts.jmap import JmapBatch, JmapBatchReply


@rpc_service("calendar")
class CalendarApi(Protocol):
    """Errors of every method: unavailable, deadline-exceeded, internal."""

    def ping(self, request: Ping, /) -> Pong: ...

    def jmap(self, request: JmapBatch, /) -> JmapBatchReply:
        """Calendar and CalendarEvent: get, query, set."""
        ...


class CalendarStateChanged(StateChanged):
    type: ClassVar[str] = "calendar.state.changed"
    consumers: ClassVar[tuple[str, ...]] = ("auth",)
