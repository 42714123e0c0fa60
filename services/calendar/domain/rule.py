"""The days on which a recurrence rule falls (RFC 8984 §4.3.3, RFC 5545 §3.3.10), by looking at each day once.

Ours because the libraries search for the next match without a bound: dateutil takes seconds to find out that there is
no 30 February, up to the year 9999. Here the work is at most one look a day between the start and the limit.
Frequencies are daily, weekly, monthly and yearly: one instance a day at most, at the time of the start.
"""

from calendar import isleap, monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

MAX_DAYS = 50_000
"""Days that are looked at for one series, some 137 years: a tenth of a second of work."""

WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Period:
    """Consecutive days from which a rule picks: a day, a week, a month or a year."""

    first: date
    days: int

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.days))


def moments(rule: Json, first: datetime, last: datetime) -> Iterator[datetime]:
    """Local times from `first` to `last` on which `rule` falls, in order; none beyond MAX_DAYS looked at."""
    matches = _filters(rule, first.date())
    looked_at = 0
    for period in _periods(rule, first.date(), last.date()):
        looked_at += period.days
        if looked_at > MAX_DAYS:
            return
        days = [day for day in period if all(match(day) for match in matches)]
        for day in _positions(days, rule.get("bySetPosition")):
            moment = datetime.combine(day, first.time())
            if moment > last:
                return
            if moment >= first:
                yield moment


def _periods(rule: Json, first: date, last: date) -> Iterator[Period]:
    interval: int = rule.get("interval", 1)
    period = _period_of(rule, first)
    while period.first <= last:
        yield period
        try:
            period = _later(rule["frequency"], period, interval)
        except (ValueError, OverflowError):
            return


def _period_of(rule: Json, day: date) -> Period:
    match rule["frequency"]:
        case "daily":
            return Period(day, 1)
        case "weekly":
            return Period(_week_start(day, _first_day(rule)), 7)
        case "monthly":
            return _month(day.year, day.month)
        case _:
            return _year(day.year)


def _later(frequency: str, period: Period, interval: int) -> Period:
    match frequency:
        case "daily":
            return Period(period.first + timedelta(days=interval), 1)
        case "weekly":
            return Period(period.first + timedelta(weeks=interval), 7)
        case "monthly":
            months = period.first.year * 12 + period.first.month - 1 + interval
            return _month(months // 12, months % 12 + 1)
        case _:
            return _year(period.first.year + interval)


def _month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), monthrange(year, month)[1])


def _year(year: int) -> Period:
    return Period(date(year, 1, 1), 366 if isleap(year) else 365)


def _filters(rule: Json, start: date) -> list[Callable[[date], bool]]:
    """What a day must satisfy. Where the rule names no day, the start gives it."""
    frequency = rule["frequency"]
    months = {int(month) for month in rule.get("byMonth", ())}
    month_days = set(rule.get("byMonthDay", ()))
    filters: list[Callable[[date], bool]] = []
    if by_day := rule.get("byDay"):
        filters.append(_on_days(by_day, frequency, within_month=frequency == "monthly" or bool(months)))
    elif not (month_days or rule.get("byYearDay") or rule.get("byWeekNo")):
        if frequency == "weekly":
            filters.append(lambda day: day.weekday() == start.weekday())
        elif frequency in ("monthly", "yearly"):
            month_days = {start.day}
            months = months or ({start.month} if frequency == "yearly" else set())
    if months:
        filters.append(lambda day: day.month in months)
    if month_days:
        filters.append(
            lambda day: day.day in month_days or day.day - 1 - monthrange(day.year, day.month)[1] in month_days
        )
    if year_days := set(rule.get("byYearDay", ())):
        filters.append(
            lambda day: _year_day(day) in year_days or _year_day(day) - 1 - _year(day.year).days in year_days
        )
    if weeks := set(rule.get("byWeekNo", ())):
        filters.append(_in_weeks(weeks, _first_day(rule)))
    return filters


def _on_days(by_day: list[Json], frequency: str, *, within_month: bool) -> Callable[[date], bool]:
    """`nthOfPeriod` counts within the month or the year; it means nothing in a week or a day."""
    counts = frequency in ("monthly", "yearly")
    wanted = {(WEEKDAYS.index(item["day"]), item.get("nthOfPeriod", 0) if counts else 0) for item in by_day}
    every = {weekday for weekday, nth in wanted if nth == 0}

    def match(day: date) -> bool:
        if day.weekday() in every:
            return True
        period = _month(day.year, day.month) if within_month else _year(day.year)
        before = (day - period.first).days
        nth = before // 7 + 1
        nth_from_end = -((period.days - 1 - before) // 7 + 1)
        return (day.weekday(), nth) in wanted or (day.weekday(), nth_from_end) in wanted

    return match


def _in_weeks(weeks: set[int], first_day: int) -> Callable[[date], bool]:
    """Week 1 is the first with four days in the year (ISO 8601, whichever day weeks begin with)."""

    def match(day: date) -> bool:
        middle = _week_start(day, first_day) + timedelta(days=3)
        number = (_year_day(middle) - 1) // 7 + 1
        last_middle = _week_start(date(middle.year, 12, 28), first_day) + timedelta(days=3)
        following = last_middle + timedelta(days=7)
        last = following if following.year == middle.year else last_middle
        return number in weeks or number - 1 - ((_year_day(last) - 1) // 7 + 1) in weeks

    return match


def _positions(days: list[date], positions: list[int] | None) -> list[date]:
    if not positions:
        return days
    chosen = {days[place] for item in positions if -len(days) <= (place := item - 1 if item > 0 else item) < len(days)}
    return sorted(chosen)


def _week_start(day: date, first_day: int) -> date:
    return day - timedelta(days=(day.weekday() - first_day) % 7)


def _first_day(rule: Json) -> int:
    return WEEKDAYS.index(rule.get("firstDayOfWeek", "mo"))


def _year_day(day: date) -> int:
    return day.timetuple().tm_yday
