"""Dates of JMAP (RFC 8620 §1.4)."""

import re
from datetime import UTC, datetime

_UTC_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


def utc_date(at: datetime) -> str:
    """UTCDate, whole seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def parse_utc_date(text: object) -> datetime | None:
    """None for what is not a UTCDate."""
    return _parse(text) if isinstance(text, str) and _UTC_DATE.fullmatch(text) else None


def parse_date(text: object) -> datetime | None:
    """None for what is not a Date."""
    return _parse(text) if isinstance(text, str) and _DATE.fullmatch(text) else None


def _parse(text: str) -> datetime | None:
    """In UTC: PostgreSQL refuses zones further off than 15:59, and real mail has them."""
    try:
        return datetime.fromisoformat(text).replace(microsecond=0).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
