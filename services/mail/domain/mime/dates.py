"""RFC 5322 §3.3 dates and their obsolete and broken forms, as RFC 3339 text with the zone that was written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from services.mail.domain.mime.header_block import unfold
from services.mail.domain.mime.parameters import strip_comments

_DATE_MAX = 200
_DAY = 86_400
_LAST_SECOND = 59


def read_date(value: bytes) -> str | None:
    """Like 2026-11-23T10:00:00+01:00, with Z for no offset or an impossible one; None when it is no date."""
    text = strip_comments(unfold(value[:_DATE_MAX]).decode("latin-1")).strip()
    try:
        found = parsedate_tz(text)
        if found is None:
            return None
        seconds = found[9] or 0
        zone = timezone(timedelta(seconds=seconds)) if 0 < abs(seconds) < _DAY else UTC
        moment = datetime(*found[:5], min(found[5], _LAST_SECOND), tzinfo=zone)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
