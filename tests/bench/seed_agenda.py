"""Fills an agenda through JMAP: two years of single events, and a teacher's weekly ones."""

import random
from datetime import datetime, timedelta

from tests.bench.browser import Browser, Json
from tests.bench.letters import words

BATCH = 100
WEEKLY = 30
FIRST_DAY = datetime(2025, 9, 1)  # noqa: DTZ001 - JSCalendar's LocalDateTime
DAYS = 730
MONTH = ("2026-11-01T00:00:00", "2026-12-01T00:00:00")


def fill_agenda(browser: Browser, count: int) -> None:
    calendar = browser.call("Calendar/get", ids=None)["list"][0]["id"]
    events = [_event(number, calendar) for number in range(count)]
    for first in range(0, count, BATCH):
        browser.call("CalendarEvent/set", create={f"e{n}": one for n, one in enumerate(events[first : first + BATCH])})


def _event(number: int, calendar: str) -> Json:
    draw = random.Random(f"event {number}")
    weekly = number < WEEKLY
    start = FIRST_DAY + timedelta(days=number % 5 + 364 if weekly else draw.randrange(DAYS), hours=draw.randint(8, 18))
    event = {
        "title": " ".join(words(draw, 3)).capitalize(),
        "description": " ".join(words(draw, 20)),
        "start": start.isoformat(),
        "duration": "PT1H",
        "timeZone": "Europe/Paris",
        "calendarIds": {calendar: True},
        "locations": {"1": {"@type": "Location", "name": f"Salle {draw.randrange(60)}"}},
    }
    if weekly:
        event["recurrenceRule"] = {"@type": "RecurrenceRule", "frequency": "weekly", "count": 40}
    return event
