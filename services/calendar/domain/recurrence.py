"""Which instances a recurring event has (RFC 8984 §4.3), bounded in number and in time."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from services.calendar.domain.rule import MAX_DAYS, moments
from services.calendar.domain.times import add_duration, format_local, parse_local, to_utc, zone

MAX_COUNT = 5_000
"""No series is expanded beyond so many instances."""

HORIZON = timedelta(days=2 * 366)
"""How far ahead of now occurrences are computed when an event is written."""

MAX_HORIZON = timedelta(days=20 * 366)
"""How far ahead of now a question may make them be computed."""

MAX_DAYS_A_CALL = 300_000
"""Days that the series of one call may cost together (`days_to_walk`): under a second of work."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """recurrence_id: the local time that names the instance, "" for an event that does not recur. Times are UTC."""

    recurrence_id: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Expansion:
    """`complete` tells whether nothing comes after the last occurrence."""

    occurrences: list[Occurrence]
    complete: bool


def expand(event: Json, until: datetime) -> Expansion:
    """Occurrences of `event` that start before `until` (UTC), overrides applied, exclusions left out.

    Work is bounded by the days between the event's start and `until`, whatever the rule says.
    """
    if "recurrenceRule" not in event:
        return Expansion([_occurrence(event, "")], complete=True)
    time_zone = zone(event.get("timeZone"))
    limit = until.astimezone(time_zone).replace(tzinfo=None)
    overrides: dict[str, Json] = event.get("recurrenceOverrides", {})
    starts = [format_local(moment) for moment in _starts(event, limit)]
    occurrences = [
        _occurrence(instance(event, key), key)
        for key in dict.fromkeys([*starts, *overrides])
        if overrides.get(key, {}).get("excluded") is not True
    ]
    return Expansion(occurrences, complete=_ends_before(event["recurrenceRule"], limit, len(starts)))


def days_to_walk(event: Json, until: datetime) -> int:
    """How many days the instances of `event` up to local `until` cost to find; callers bound the sum of a request."""
    if "recurrenceRule" not in event:
        return 0
    return min(MAX_DAYS, max(0, (until - parse_local(event["start"])).days))


def instance(event: Json, recurrence_id: str) -> Json:
    """One instance as an event of its own: rule and overrides gone, its patch applied (RFC 8984 §4.3.5)."""
    base = {name: value for name, value in event.items() if name not in ("recurrenceRule", "recurrenceOverrides")}
    patch = event.get("recurrenceOverrides", {}).get(recurrence_id, {})
    return _patched(base | {"start": recurrence_id}, patch)


def has_instance(event: Json, recurrence_id: str) -> bool:
    """Whether `recurrence_id` names an instance of `event` that was not taken out."""
    return recurrence_id in instances_among(event, [recurrence_id])


def instances_among(event: Json, recurrence_ids: Collection[str]) -> frozenset[str]:
    """Those that name an instance of `event` that was not taken out. The series is walked once for all of them, up to
    the last; what is no local time names none. Without a rule there is no instance."""
    if "recurrenceRule" not in event:
        return frozenset()
    overrides: dict[str, Json] = event.get("recurrenceOverrides", {})
    by_rule = {id_: moment for id_ in recurrence_ids if id_ not in overrides and (moment := _moment(id_)) is not None}
    overridden = {id_ for id_ in recurrence_ids if id_ in overrides and overrides[id_].get("excluded") is not True}
    if not by_rule:
        return frozenset(overridden)
    starts = set(_starts(event, max(by_rule.values())))
    return frozenset(overridden | {id_ for id_, moment in by_rule.items() if moment in starts})


def _moment(recurrence_id: str) -> datetime | None:
    try:
        return parse_local(recurrence_id)
    except ValueError:
        return None


def _starts(event: Json, limit: datetime) -> Iterator[datetime]:
    """Local starts up to `limit`. The event's own start is always the first (RFC 8984 §4.3.3)."""
    rule: Json = event["recurrenceRule"]
    first = parse_local(event["start"])
    count = min(rule.get("count", MAX_COUNT), MAX_COUNT)
    last = min(parse_local(rule["until"]), limit) if "until" in rule else limit
    if first > last:
        return
    yield first
    following = (moment for moment in moments(rule, first, last) if moment != first)
    yield from islice(following, count - 1)


def _ends_before(rule: Json, limit: datetime, found: int) -> bool:
    if found >= min(rule.get("count", MAX_COUNT), MAX_COUNT):
        return True
    return "until" in rule and parse_local(rule["until"]) <= limit


def _occurrence(event: Json, recurrence_id: str) -> Occurrence:
    time_zone = zone(event.get("timeZone"))
    start = parse_local(event["start"])
    ends_at = add_duration(start, event.get("duration", "PT0S"), time_zone)
    return Occurrence(recurrence_id, to_utc(start, time_zone), ends_at.astimezone(UTC))


def _patched(event: Json, patch: Json) -> Json:
    """Overrides are PatchObjects; a path that leads nowhere is ignored, for the series may have changed since."""
    result = dict(event)
    for path, value in patch.items():
        steps = path.split("/")
        target = result
        for step in steps[:-1]:
            child = target.get(step)
            if not isinstance(child, dict):
                break
            target[step] = target = dict(child)
        else:
            if value is None:
                target.pop(steps[-1], None)
            else:
                target[steps[-1]] = value
    return result
