"""When a submission is to leave (RFC 4865, as parameters of envelope.mailFrom: RFC 8621 §7)."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chassis.jmap.errors import InvalidProperties
from services.mail.domain.dates import parse_date

MAX_HOLD = timedelta(days=30)
_SECONDS = re.compile(r"\d{1,9}")
_WHERE = "envelope"


def read_hold(parameters: Any, now: datetime) -> timedelta | None:
    """How long to hold; None where it isn't said. HOLDFOR=0 and a HOLDUNTIL that has passed: not at all. Names know no
    case. Raises invalidProperties."""
    if not parameters:
        return None
    if not isinstance(parameters, Mapping):
        raise InvalidProperties(_WHERE)
    match {name.upper(): value for name, value in parameters.items()}:
        case {"HOLDFOR": str(seconds), **rest} if not rest and _SECONDS.fullmatch(seconds):
            hold = timedelta(seconds=int(seconds))
        case {"HOLDUNTIL": str(text), **rest} if not rest and (until := parse_date(text)):
            hold = max(until - now, timedelta(0))
        case _:
            raise InvalidProperties(_WHERE, description="either HOLDFOR (seconds) or HOLDUNTIL (a date), nothing else")
    if hold > MAX_HOLD:
        raise InvalidProperties(_WHERE, description=f"held for at most {MAX_HOLD.days} days")
    return hold
