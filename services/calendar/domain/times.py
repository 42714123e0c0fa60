"""JSCalendar's times (RFC 8984 §1.4): local date-times, durations and time zones."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LOCAL_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
DURATION = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?")
FLOATING_ZONE = "Europe/Paris"
"""In which zone a floating event (timeZone null) is placed on the occurrence index: the académie's."""

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Nobody's agenda reaches further; a series that began in the year 1000 is an attack on whoever walks it."""


def parse_local(text: str) -> datetime:
    """A LocalDateTime without fraction, as a naive datetime. Raises ValueError, also beyond the years we keep."""
    if not LOCAL_DATE_TIME.fullmatch(text) or not FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        raise ValueError("not a LocalDateTime, or out of range")
    return datetime.fromisoformat(text)


def is_local(text: str) -> bool:
    try:
        parse_local(text)
    except ValueError:
        return False
    return True


def format_local(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def parse_duration(text: str) -> timedelta:
    """An ISO 8601 duration of weeks, days and times, not negative. Raises ValueError."""
    match = DURATION.fullmatch(text)
    if not match or not any(match.groups()):
        raise ValueError("not a Duration")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def zone(name: str | None) -> ZoneInfo:
    """Raises ValueError for a name that is not in the IANA database."""
    try:
        return ZoneInfo(name or FLOATING_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("unknown time zone") from error


def to_utc(local: datetime, time_zone: ZoneInfo) -> datetime:
    """A local time that a clock change skips is read with the offset before the change (RFC 5545 §3.3.5)."""
    return local.replace(tzinfo=time_zone).astimezone(UTC)


def add_duration(start: datetime, duration: str, time_zone: ZoneInfo) -> datetime:
    """When something that starts at local `start` ends, in UTC: days count on the calendar, hours on the clock."""
    length = parse_duration(duration)
    days = timedelta(days=length.days)
    return to_utc(start + days, time_zone) + (length - days)
