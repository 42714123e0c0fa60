"""Our rules against dateutil's, on every rule that has instances."""

from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from dateutil import rrule
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from services.calendar.domain.rule import WEEKDAYS, moments

LIMIT = 5 * 366
FREQUENCIES = {"daily": rrule.DAILY, "weekly": rrule.WEEKLY, "monthly": rrule.MONTHLY, "yearly": rrule.YEARLY}


def local(year: int, hour: int = 0) -> datetime:
    return datetime(year, 1, 1, hour)  # noqa: DTZ001  recurrence rules work on local times


numbers = {
    "byMonthDay": st.integers(1, 31) | st.integers(-31, -1),
    "byYearDay": st.integers(1, 366) | st.integers(-366, -1),
    "byWeekNo": st.integers(1, 53) | st.integers(-53, -1),
    "bySetPosition": st.integers(1, 5) | st.integers(-5, -1),
}
plain_day = st.fixed_dictionaries({"day": st.sampled_from(WEEKDAYS)})
counted_day = st.fixed_dictionaries(
    {"day": st.sampled_from(WEEKDAYS), "nthOfPeriod": st.integers(1, 5) | st.integers(-5, -1)}
)
# Never both: dateutil takes "Monday or the first Tuesday" for "Monday and the first Tuesday".
days = st.lists(plain_day, min_size=1, max_size=3) | st.lists(counted_day, min_size=1, max_size=3)
rules = st.fixed_dictionaries(
    {"frequency": st.sampled_from(list(FREQUENCIES))},
    optional={
        "interval": st.integers(1, 5),
        "firstDayOfWeek": st.sampled_from(WEEKDAYS),
        "byDay": days,
        "byMonth": st.lists(st.integers(1, 12).map(str), min_size=1, max_size=3),
        **{name: st.lists(value, min_size=1, max_size=3) for name, value in numbers.items() if name != "byWeekNo"},
    },
)
starts = st.datetimes(local(2020), local(2030)).map(lambda moment: moment.replace(microsecond=0))


def dateutil_rule(rule: dict[str, Any], first: datetime, last: datetime) -> rrule.rrule:
    counts = rule["frequency"] in ("monthly", "yearly")
    days = [getattr(rrule, item["day"].upper()) for item in rule.get("byDay", ())]
    nth = [item.get("nthOfPeriod") if counts else None for item in rule.get("byDay", ())]
    return rrule.rrule(
        FREQUENCIES[rule["frequency"]],  # type: ignore[arg-type]
        dtstart=first,
        until=last,
        interval=rule.get("interval", 1),
        wkst=getattr(rrule, rule.get("firstDayOfWeek", "mo").upper()),
        byweekday=[day(number) if number else day for day, number in zip(days, nth, strict=True)] or None,
        bymonth=[int(month) for month in rule["byMonth"]] if "byMonth" in rule else None,
        bymonthday=rule.get("byMonthDay"),
        byyearday=rule.get("byYearDay"),
        bysetpos=rule.get("bySetPosition"),
    )


@settings(max_examples=150, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(rule=rules, first=starts)
def test_the_same_instances_as_dateutil(rule: dict[str, Any], first: datetime) -> None:
    last = first + timedelta(days=LIMIT)
    ours = list(moments(rule, first, last))
    assume(len(ours) > 1)  # dateutil would search to the year 9999 for what is not there
    theirs = list(islice(dateutil_rule(rule, first, ours[-1]), 5_000))
    assert ours == theirs


def test_week_numbers_follow_iso_8601() -> None:
    first = local(2026, 9)
    for week in (1, 26, 53, -1, -2):
        rule = {"frequency": "yearly", "byWeekNo": [week], "byDay": [{"day": "we"}]}
        ours = list(moments(rule, first, local(2034)))
        weeks = {moment.isocalendar().week for moment in ours}
        assert weeks == {week} if week > 0 else weeks <= {51, 52, 53}
        assert all(moment.weekday() == 2 for moment in ours)
    long_years = [moment.year for moment in moments({"frequency": "yearly", "byWeekNo": [53]}, first, local(2034))]
    assert set(long_years) <= {2026, 2027, 2032, 2033}
