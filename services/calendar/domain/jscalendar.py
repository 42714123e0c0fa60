"""What a CalendarEvent may hold (JSCalendar 2.0, draft-ietf-calext-jscalendarbis; RFC 8984 where it did not change)."""

from collections.abc import Callable
from typing import Any

from services.calendar.domain.recurrence import MAX_COUNT
from services.calendar.domain.times import parse_duration, parse_local, zone

Json = dict[str, Any]

MAX_TEXT = 10_000
MAX_TITLE = 1_000
MAX_ENTRIES = 500
MAX_OVERRIDES = 1_000
MAX_JSON_DEPTH = 12

FREQUENCIES = ("daily", "weekly", "monthly", "yearly")
"""Shorter ones are refused: FREQ=SECONDLY is an attack, not an appointment."""

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
NOT_IN_OVERRIDES = frozenset({"uid", "recurrenceRule", "recurrenceOverrides", "calendarIds", "id", "@type"})
SERVER_SET = frozenset({"id", "baseEventId", "created", "updated", "isOrigin", "utcStart", "utcEnd", "recurrenceId"})


class InvalidEventError(Exception):
    """The object is not a valid event; `properties` names what is wrong."""

    def __init__(self, *properties: str) -> None:
        super().__init__(", ".join(properties))
        self.properties = list(properties)


def check_event(event: Json) -> None:
    """Raises InvalidEventError naming every property that is wrong or unknown."""
    wrong = [name for name, value in event.items() if name not in CHECKS or not _holds(CHECKS[name], value)]
    if "start" not in event:
        wrong.append("start")
    if event.get("recurrenceOverrides") and "recurrenceRule" not in event:
        wrong.append("recurrenceOverrides")
    if wrong:
        raise InvalidEventError(*sorted(set(wrong)))


def check_override(patch: Json) -> None:
    """One value of recurrenceOverrides: what may change in a single instance."""
    if patch == {"excluded": True}:
        return
    wrong = [
        path
        for path, value in patch.items()
        if (root := path.split("/")[0]) in NOT_IN_OVERRIDES
        or root not in CHECKS
        or (root == path and value is not None and not _holds(CHECKS[root], value))
        or _depth(value) > MAX_JSON_DEPTH
    ]
    if wrong:
        raise InvalidEventError("recurrenceOverrides")


def _holds(check: Callable[[Any], bool], value: Any) -> bool:
    try:
        return check(value)
    except (InvalidEventError, ValueError, TypeError, AttributeError, KeyError):
        return False


def _text(longest: int = MAX_TEXT) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= longest and "\0" not in value


def _one_of(*words: str) -> Callable[[Any], bool]:
    return lambda value: value in words


def _boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _number(lowest: int, highest: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def _local(value: Any) -> bool:
    return bool(parse_local(value))


def _duration(value: Any) -> bool:
    parse_duration(value)
    return True


def _time_zone(value: Any) -> bool:
    return value is None or bool(zone(value))


def _members(value: Any) -> bool:
    """A set as JSCalendar writes it: names mapped to true."""
    return isinstance(value, dict) and len(value) <= MAX_ENTRIES and all(flag is True for flag in value.values())


def _objects(value: Any) -> bool:
    """A map of ids to objects, kept as given within bounds: participants, locations, alerts, links."""
    return (
        isinstance(value, dict)
        and len(value) <= MAX_ENTRIES
        and all(isinstance(item, dict) for item in value.values())
        and _depth(value) <= MAX_JSON_DEPTH
    )


def _rule(value: Any) -> bool:
    if not isinstance(value, dict) or not set(value) <= set(RULE_CHECKS):
        return False
    if "count" in value and "until" in value:
        return False
    return "frequency" in value and all(RULE_CHECKS[name](part) for name, part in value.items())


def _by_day(value: Any) -> bool:
    return _list(value) and all(
        isinstance(day, dict)
        and day.get("day") in DAYS
        and set(day) <= {"@type", "day", "nthOfPeriod"}
        and _number(-53, 53)(day.get("nthOfPeriod", 1))
        and day.get("nthOfPeriod", 1) != 0
        for day in value
    )


def _numbers(highest: int) -> Callable[[Any], bool]:
    return lambda value: _list(value) and all(_number(-highest, highest)(item) and item != 0 for item in value)


def _months(value: Any) -> bool:
    return _list(value) and all(item in {str(month) for month in range(1, 13)} for item in value)


def _list(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) <= MAX_ENTRIES


def _overrides(value: Any) -> bool:
    if not isinstance(value, dict) or len(value) > MAX_OVERRIDES:
        return False
    for recurrence_id, patch in value.items():
        parse_local(recurrence_id)
        check_override(patch)
    return True


def _depth(value: Any) -> int:
    deepest = 0
    pending = [(value, 1)]
    while pending:
        item, depth = pending.pop()
        deepest = max(deepest, depth)
        if depth > MAX_JSON_DEPTH:
            break
        if isinstance(item, dict):
            pending.extend((child, depth + 1) for child in item.values())
        elif isinstance(item, list):
            pending.extend((child, depth + 1) for child in item)
    return deepest


RULE_CHECKS: dict[str, Callable[[Any], bool]] = {
    "@type": _one_of("RecurrenceRule"),
    "frequency": _one_of(*FREQUENCIES),
    "interval": _number(1, 1_000),
    "count": _number(1, MAX_COUNT),
    "until": _local,
    "firstDayOfWeek": _one_of(*DAYS),
    "byDay": _by_day,
    "byMonthDay": _numbers(31),
    "byMonth": _months,
    "byYearDay": _numbers(366),
    "byWeekNo": _numbers(53),
    "bySetPosition": _numbers(366),
}

CHECKS: dict[str, Callable[[Any], bool]] = {
    "@type": _one_of("Event"),
    "uid": _text(255),
    "calendarIds": _members,
    "title": _text(MAX_TITLE),
    "description": _text(),
    "descriptionContentType": _text(255),
    "start": _local,
    "timeZone": _time_zone,
    "duration": _duration,
    "showWithoutTime": _boolean,
    "status": _one_of("confirmed", "cancelled", "tentative"),
    "freeBusyStatus": _one_of("free", "busy"),
    "privacy": _one_of("public", "private", "secret"),
    "priority": _number(0, 9),
    "sequence": _number(0, 2**31 - 1),
    "color": _text(64),
    "keywords": _members,
    "categories": _members,
    "locale": _text(64),
    "locations": _objects,
    "mainLocationId": _text(255),
    "virtualLocations": _objects,
    "links": _objects,
    "relatedTo": _objects,
    "participants": _objects,
    "organizerCalendarAddress": _text(1_000),
    "alerts": _objects,
    "useDefaultAlerts": _boolean,
    "isDraft": _boolean,
    "recurrenceRule": _rule,
    "recurrenceOverrides": _overrides,
}

DEFAULTS: Json = {
    "@type": "Event",
    "title": "",
    "description": "",
    "duration": "PT0S",
    "timeZone": None,
    "showWithoutTime": False,
    "status": "confirmed",
    "freeBusyStatus": "busy",
    "privacy": "public",
    "isDraft": False,
}
"""What a property that was not given means (RFC 8984 §4 and §5)."""
