"""mailboxIds, keywords and receivedAt as clients give them, for Email/set, /import and /copy alike."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from chassis.jmap.errors import InvalidProperties, SetError
from services.mail.domain.dates import parse_utc_date
from services.mail.domain.ids import MAILBOX, to_number
from services.mail.domain.keywords import MAX_KEYWORDS, is_keyword


def read_mailboxes(value: Any, known: Collection[int], created_ids: dict[str, str]) -> frozenset[int]:
    """RFC 8621 §4.1.1: at least one, all of them there. `#creationId` names a mailbox of the same request."""
    if not isinstance(value, dict) or not value or any(there is not True for there in value.values()):
        raise InvalidProperties("mailboxIds")
    ids = [created_ids.get(id_[1:], "") if id_.startswith("#") else id_ for id_ in value]
    numbers = [to_number(MAILBOX, id_) for id_ in ids]
    if any(number is None or number not in known for number in numbers):
        raise InvalidProperties("mailboxIds", description="no such mailbox")
    return frozenset(number for number in numbers if number is not None)


def read_keywords(value: Any) -> frozenset[str]:
    """Lower case. Raises invalidProperties, tooManyKeywords."""
    if not isinstance(value, dict) or any(there is not True for there in value.values()):
        raise InvalidProperties("keywords")
    if not all(is_keyword(keyword) for keyword in value):
        raise InvalidProperties("keywords", description="not a keyword")
    if len(value) > MAX_KEYWORDS:
        raise SetError("tooManyKeywords", f"at most {MAX_KEYWORDS}")
    return frozenset(keyword.lower() for keyword in value)


def read_received_at(value: Any, now: datetime) -> datetime:
    """`now` where nothing is given."""
    if value is None:
        return now
    read = parse_utc_date(value)
    if read is None:
        raise InvalidProperties("receivedAt")
    return read
