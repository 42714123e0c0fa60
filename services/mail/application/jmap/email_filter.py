"""The filter and sort of Email/query, read from JSON (RFC 8621 §4.4.1, §4.4.2)."""

from collections.abc import Callable, Mapping
from typing import Any

from chassis.jmap.errors import InvalidArguments, MethodError
from chassis.jmap.filters import check_filter
from chassis.jmap.standard import MAX_INT, Comparator, check_sort
from contracts.jmap import JsonObject
from services.mail.domain.dates import parse_utc_date
from services.mail.domain.email_query import NEWEST_FIRST, Condition, Filter, Operator, Sort, Value
from services.mail.domain.ids import MAILBOX, to_number
from services.mail.domain.keywords import is_keyword

NO_MAILBOX = -1
MAX_SORTS = 8
SORTS = ("receivedAt", "size", "from", "to", "subject", "sentAt")
KEYWORD_SORTS = ("hasKeyword", "allInThreadHaveKeyword", "someInThreadHaveKeyword")


def _mailbox(value: object) -> Value | None:
    """A mailbox that does not exist holds nothing."""
    if not isinstance(value, str):
        return None
    number = to_number(MAILBOX, value)
    return NO_MAILBOX if number is None else number


def _mailboxes(value: object) -> Value | None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    return tuple(number for one in value if (number := to_number(MAILBOX, one)) is not None)


def _size(value: object) -> Value | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INT else None


def _keyword(value: object) -> Value | None:
    return str(value).lower() if is_keyword(value) else None


def _bool(value: object) -> Value | None:
    return value if isinstance(value, bool) else None


def _text(value: object) -> Value | None:
    """PostgreSQL takes no U+0000."""
    return value if isinstance(value, str) and len(value) <= 10_000 and "\0" not in value else None


def _header(value: object) -> Value | None:
    if not isinstance(value, list) or not 1 <= len(value) <= 2 or any(_text(one) is None for one in value):
        return None
    return tuple(value)


_READ: Mapping[str, Callable[[object], Value | None]] = {
    "inMailbox": _mailbox,
    "inMailboxOtherThan": _mailboxes,
    "before": parse_utc_date,
    "after": parse_utc_date,
    "minSize": _size,
    "maxSize": _size,
    "allInThreadHaveKeyword": _keyword,
    "someInThreadHaveKeyword": _keyword,
    "noneInThreadHaveKeyword": _keyword,
    "hasKeyword": _keyword,
    "notKeyword": _keyword,
    "hasAttachment": _bool,
    "text": _text,
    "from": _text,
    "to": _text,
    "cc": _text,
    "bcc": _text,
    "subject": _text,
    "body": _text,
    "header": _header,
}


def read_filter(filter_: JsonObject | None) -> Filter | None:
    """Raises unsupportedFilter or invalidArguments."""
    check_filter(filter_, _check_condition)
    return None if filter_ is None else _read(filter_)


def _check_condition(condition: JsonObject) -> None:
    for name, value in condition.items():
        if name not in _READ:
            raise MethodError("unsupportedFilter", name[:100])
        if _READ[name](value) is None:
            raise InvalidArguments(f"filter: {name}", arguments=["filter"])


def _read(node: Mapping[str, Any]) -> Filter:
    if "operator" in node:
        return Operator(node["operator"], tuple(_read(part) for part in node["conditions"]))
    conditions: list[Filter] = []
    for name, value in node.items():
        read = _READ[name](value)
        if read is not None:
            conditions.append(Condition(name, read))
    return conditions[0] if len(conditions) == 1 else Operator("AND", tuple(conditions))


def read_sort(sort: list[Comparator] | None) -> tuple[Sort, ...]:
    """Newest first where nothing is asked. Raises unsupportedSort or invalidArguments."""
    if not sort:
        return NEWEST_FIRST
    check_sort(sort, (*SORTS, *KEYWORD_SORTS))
    if len(sort) > MAX_SORTS:
        raise MethodError("unsupportedSort", f"at most {MAX_SORTS}")
    return tuple(_sort(comparator) for comparator in sort)


def _sort(comparator: Comparator) -> Sort:
    if comparator.property in SORTS:
        return Sort(comparator.property, comparator.isAscending)
    keyword = (comparator.model_extra or {}).get("keyword")
    if not is_keyword(keyword):
        raise InvalidArguments("sort: keyword", arguments=["sort"])
    return Sort(comparator.property, comparator.isAscending, str(keyword).lower())
