"""Changing one instance of a series: what is asked of the instance becomes an override of the series."""

from datetime import timedelta
from typing import Any

from services.calendar.domain.jscalendar import InvalidEventError, check_event, check_override
from services.calendar.domain.recurrence import instance
from services.calendar.domain.times import format_local, parse_local

Json = dict[str, Any]

NOT_OF_AN_INSTANCE = ("calendarIds", "recurrenceRule", "recurrenceOverrides", "uid")


def change_instance(series: Json, recurrence_id: str, wanted: Json) -> Json:
    """`series` with the instance changed into `wanted` (the whole instance as it should become).

    Raises InvalidEventError when the instance would not be a valid event, or differs in what only a series has.
    """
    check_event({name: value for name, value in wanted.items() if name not in NOT_OF_AN_INSTANCE})
    plain = instance(_without_override(series, recurrence_id), recurrence_id)
    for name in NOT_OF_AN_INSTANCE:
        if wanted.get(name) != plain.get(name):
            raise InvalidEventError(name)
    patch = {name: wanted.get(name) for name in {*plain, *wanted} if wanted.get(name) != plain.get(name)}
    check_override(patch)
    return _with_override(series, recurrence_id, patch)


def exclude_instance(series: Json, recurrence_id: str) -> Json:
    """`series` without that instance."""
    return _with_override(series, recurrence_id, {"excluded": True})


def move_overrides(before: Json, after: Json) -> Json:
    """When a whole series moves in time, its exceptions move along, unless the change rewrites them itself."""
    if before["start"] == after["start"] or before.get("recurrenceOverrides") != after.get("recurrenceOverrides"):
        return after
    shift = parse_local(after["start"]) - parse_local(before["start"])
    moved = {
        format_local(parse_local(key) + shift): _moved(patch, shift)
        for key, patch in after.get("recurrenceOverrides", {}).items()
    }
    return after | {"recurrenceOverrides": moved} if moved else after


def _moved(patch: Json, shift: timedelta) -> Json:
    return patch | {"start": format_local(parse_local(patch["start"]) + shift)} if "start" in patch else patch


def _without_override(series: Json, recurrence_id: str) -> Json:
    overrides = {key: patch for key, patch in series.get("recurrenceOverrides", {}).items() if key != recurrence_id}
    return series | {"recurrenceOverrides": overrides}


def _with_override(series: Json, recurrence_id: str, patch: Json) -> Json:
    changed = series | {"recurrenceOverrides": series.get("recurrenceOverrides", {}) | {recurrence_id: patch}}
    check_event(changed)
    return changed
