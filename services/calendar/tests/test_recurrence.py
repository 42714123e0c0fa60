"""Instances of series (RFC 8984 §4.3)."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from services.calendar.domain.jscalendar import InvalidEventError, check_event
from services.calendar.domain.recurrence import expand, has_instance, instance, instances_among
from services.calendar.domain.series import change_instance, exclude_instance, move_overrides

END = datetime(2028, 1, 1, tzinfo=UTC)


def course(**more: Any) -> dict[str, Any]:
    rule = {"@type": "RecurrenceRule", "frequency": "weekly", "count": 4}
    return {
        "title": "Cours 4e B",
        "start": "2026-10-19T08:30:00",
        "timeZone": "Europe/Paris",
        "duration": "PT2H",
        "recurrenceRule": rule,
    } | more


def starts(event: dict[str, Any]) -> list[str]:
    return [f"{item.starts_at:%m-%d %H:%M}" for item in expand(event, END).occurrences]


def test_a_weekly_course_keeps_its_local_time_over_the_change_of_clocks() -> None:
    assert starts(course()) == ["10-19 06:30", "10-26 07:30", "11-02 07:30", "11-09 07:30"]


def test_a_time_that_the_clocks_skip_is_read_before_the_change() -> None:
    event = course(start="2026-03-29T02:30:00", recurrenceRule={"frequency": "daily", "count": 2})
    assert starts(event) == ["03-29 01:30", "03-30 00:30"]


def test_a_day_long_event_ends_on_the_calendar_not_after_24_hours() -> None:
    event = {"start": "2026-10-25T00:00:00", "timeZone": "Europe/Paris", "duration": "P1D"}
    (day,) = expand(event, END).occurrences
    assert (day.ends_at - day.starts_at).total_seconds() == 25 * 3600


def test_until_and_days_of_the_week() -> None:
    rule = {"frequency": "weekly", "byDay": [{"day": "mo"}, {"day": "th"}], "until": "2026-10-30T00:00:00"}
    assert starts(course(recurrenceRule=rule)) == ["10-19 06:30", "10-22 06:30", "10-26 07:30", "10-29 07:30"]


def test_an_instance_taken_out_or_moved() -> None:
    series = exclude_instance(course(), "2026-10-26T08:30:00")
    wanted = instance(series, "2026-11-02T08:30:00") | {"start": "2026-11-03T10:00:00", "title": "Cours déplacé"}
    series = change_instance(series, "2026-11-02T08:30:00", wanted)
    assert starts(series) == ["10-19 06:30", "11-03 09:00", "11-09 07:30"]
    assert series["recurrenceOverrides"]["2026-11-02T08:30:00"] == {
        "start": "2026-11-03T10:00:00",
        "title": "Cours déplacé",
    }
    assert not has_instance(series, "2026-10-26T08:30:00")
    assert has_instance(series, "2026-11-02T08:30:00")


def test_many_instances_are_told_from_what_is_none() -> None:
    series = exclude_instance(course(), "2026-10-26T08:30:00")
    no_instances = ["2026-10-26T08:30:00", "2026-11-02T08:31:00", "2026-10-12T08:30:00", "2026-13-45T08:30:00"]
    asked = ["2026-11-09T08:30:00", "2026-10-19T08:30:00", *no_instances]
    assert instances_among(series, asked) == {"2026-10-19T08:30:00", "2026-11-09T08:30:00"}
    assert instances_among(series, no_instances) == set()
    single = {name: value for name, value in course().items() if name != "recurrenceRule"}
    assert instances_among(single, asked) == set()


def test_exceptions_follow_a_series_that_moves() -> None:
    series = exclude_instance(course(), "2026-10-26T08:30:00")
    moved = move_overrides(series, series | {"start": "2026-10-20T09:30:00"})
    assert starts(moved) == ["10-20 07:30", "11-03 08:30", "11-10 08:30"]


def test_a_rule_that_no_day_matches_ends_at_once() -> None:
    rule = {"frequency": "daily", "byMonth": ["2"], "byMonthDay": [30]}
    before = time.process_time()
    assert starts(course(recurrenceRule=rule)) == ["10-19 06:30"]
    assert time.process_time() - before < 1


def test_an_endless_daily_series_is_complete_only_as_far_as_asked() -> None:
    expansion = expand(course(recurrenceRule={"frequency": "daily"}), datetime(2026, 11, 1, tzinfo=UTC))
    assert len(expansion.occurrences) == 13
    assert not expansion.complete


@pytest.mark.parametrize(
    ("change", "property_"),
    [
        ({"recurrenceRule": {"frequency": "secondly"}}, "recurrenceRule"),
        ({"recurrenceRule": {"frequency": "daily", "count": 10**9}}, "recurrenceRule"),
        ({"recurrenceRule": {"frequency": "daily", "count": 2, "until": "2027-01-01T00:00:00"}}, "recurrenceRule"),
        ({"recurrenceOverrides": {"2026-10-26T08:30:00": {"uid": "other"}}}, "recurrenceOverrides"),
        ({"recurrenceOverrides": {"demain": {}}}, "recurrenceOverrides"),
        ({"timeZone": "Europe/Valbrume"}, "timeZone"),
        ({"timeZone": "../../etc/passwd"}, "timeZone"),
        ({"duration": "-PT1H"}, "duration"),
        ({"duration": "P"}, "duration"),
        ({"start": "2026-10-19"}, "start"),
        ({"start": "2026-13-19T08:30:00"}, "start"),
        ({"start": "0999-10-19T08:30:00"}, "start"),
        ({"start": "9999-12-31T08:30:00"}, "start"),
        ({"title": "x" * 2_000}, "title"),
        ({"locations": {"1": "CDI"}}, "locations"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_not_a_valid_event_is_named(change: dict[str, Any], property_: str) -> None:
    with pytest.raises(InvalidEventError) as raised:
        check_event(course(**change))
    assert property_ in raised.value.properties


def test_a_valid_event_passes() -> None:
    check_event(course(locations={"1": {"@type": "Location", "name": "Salle 112"}}, color="#2B41B3"))


def test_a_series_of_a_hundred_years_costs_little() -> None:
    rule = {"frequency": "daily", "byMonth": ["2"], "byMonthDay": [30]}
    ancient = course(start="1900-01-02T08:30:00", recurrenceRule=rule)
    before = time.process_time()
    assert len(expand(ancient, END).occurrences) == 1
    assert not has_instance(ancient, "2199-12-30T00:00:00")
    assert time.process_time() - before < 3
