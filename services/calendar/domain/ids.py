"""JMAP ids of the calendar service. An instance of a series has a synthetic id: the event's and its recurrence id."""

import re
from dataclasses import dataclass

from services.calendar.domain.times import is_local

CALENDAR = re.compile(r"c([1-9]\d{0,17})")
EVENT = re.compile(r"e([1-9]\d{0,17})(?:-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d))?")


@dataclass(frozen=True, slots=True)
class EventId:
    """recurrence_id: "" for the event itself, else the local time that names the instance."""

    number: int
    recurrence_id: str = ""

    def __str__(self) -> str:
        suffix = "-" + self.recurrence_id.replace("-", "").replace(":", "") if self.recurrence_id else ""
        return f"e{self.number}{suffix}"

    @property
    def base(self) -> str:
        return f"e{self.number}"


def parse_event_id(text: str) -> EventId | None:
    match = EVENT.fullmatch(text)
    if not match:
        return None
    number, year, *rest = match.groups()
    if year is None:
        return EventId(int(number))
    month, day, hour, minute, second = rest
    recurrence_id = f"{year}-{month}-{day}T{hour}:{minute}:{second}"
    return EventId(int(number), recurrence_id) if is_local(recurrence_id) else None


def calendar_id(number: int) -> str:
    return f"c{number}"


def parse_calendar_id(text: str) -> int | None:
    match = CALENDAR.fullmatch(text)
    return int(match[1]) if match else None
