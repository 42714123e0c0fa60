"""Calendars (draft-ietf-jmap-calendars-26)."""

from contracts.calendar import CalendarApi
from services.gateway.jmap.methods.service import ServiceMethods

CAPABILITY = "urn:ietf:params:jmap:calendars"
METHODS = ServiceMethods(
    name="calendar",
    method=CalendarApi.jmap,
    ping=CalendarApi.ping,
    capability_of={"Calendar": CAPABILITY, "CalendarEvent": CAPABILITY},
    capabilities={
        CAPABILITY: {
            "maxCalendarsPerEvent": 1,
            "minDateTime": "1970-01-01T00:00:00",
            "maxDateTime": "2100-01-01T00:00:00",
            "maxExpandedQueryDuration": "P400D",
            "maxParticipantsPerEvent": None,
            "mayCreateCalendar": True,
        }
    },
    pushed=("Calendar", "CalendarEvent"),
)
