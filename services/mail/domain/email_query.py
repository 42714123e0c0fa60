"""An Email/query taken apart (RFC 8621 §4.4.1, §4.4.2): what is asked, without any idea of how it is found."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Value = str | int | bool | datetime | tuple[int, ...] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """One property of a FilterCondition. Values: numbers for mailboxes, lower-case keywords, aware datetimes; `header`
    is a tuple of one or two strings; the rest as in the RFC."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Operator:
    """NOT: none of them."""

    operator: Literal["AND", "OR", "NOT"]
    conditions: tuple["Filter", ...]


Filter = Condition | Operator


@dataclass(frozen=True, slots=True)
class Sort:
    """`keyword` only for the three sorts by keyword."""

    property: str
    ascending: bool
    keyword: str | None = None


NEWEST_FIRST = (Sort("receivedAt", ascending=False),)
TEXT_CONDITIONS = frozenset({"text", "from", "to", "cc", "bcc", "subject", "body"})
_SETTLED = frozenset({"before", "after", "minSize", "maxSize", "hasAttachment", "header"})
_SETTLED_SORTS = frozenset({"receivedAt", "sentAt", "size", "from", "to", "subject"})
_OF_THREADS = frozenset({"allInThreadHaveKeyword", "someInThreadHaveKeyword", "noneInThreadHaveKeyword"})


@dataclass(frozen=True, slots=True)
class EmailQuery:
    filter: Filter | None
    sort: tuple[Sort, ...] = NEWEST_FIRST
    collapse_threads: bool = False

    @property
    def single_mailbox(self) -> int | None:
        """The mailbox, when being in it is all that is asked and newest come first; None otherwise."""
        if self.sort != NEWEST_FIRST or not isinstance(self.filter, Condition) or self.filter.name != "inMailbox":
            return None
        return int(self.filter.value) if isinstance(self.filter.value, int) else None

    @property
    def can_calculate_changes(self) -> bool:
        """Whether the result changes with emails alone. What words find changes also when an index catches up."""
        return not any(condition.name in TEXT_CONDITIONS for condition in all_conditions(self.filter))

    @property
    def is_settled(self) -> bool:
        """Whether an email is in the result, and where, is decided once for all when it comes (RFC 8620 §5.6: filter
        and sort are both only on immutable properties)."""
        return (
            not self.collapse_threads
            and all(sort.property in _SETTLED_SORTS for sort in self.sort)
            and all(condition.name in _SETTLED for condition in all_conditions(self.filter))
        )

    @property
    def looks_at_threads(self) -> bool:
        """Whether the place of an email depends on others of its thread."""
        names = {condition.name for condition in all_conditions(self.filter)} | {sort.property for sort in self.sort}
        return self.collapse_threads or not names.isdisjoint(_OF_THREADS)


def all_conditions(filter_: Filter | None) -> Iterator[Condition]:
    if isinstance(filter_, Condition):
        yield filter_
    elif filter_ is not None:
        for part in filter_.conditions:
            yield from all_conditions(part)


def conditions_that_must_hold(filter_: Filter | None) -> Iterator[Condition]:
    """Those at the top, or joined there by AND."""
    if isinstance(filter_, Condition):
        yield filter_
    elif filter_ is not None and filter_.operator == "AND":
        for part in filter_.conditions:
            yield from conditions_that_must_hold(part)


def text_conditions(filter_: Filter | None, *, inside_not: bool = False) -> Iterator[Condition]:
    """What a snippet may highlight (RFC 8621 §5): text conditions that are not below a NOT."""
    if isinstance(filter_, Condition):
        if filter_.name in TEXT_CONDITIONS and not inside_not:
            yield filter_
    elif filter_ is not None:
        for part in filter_.conditions:
            yield from text_conditions(part, inside_not=inside_not or filter_.operator == "NOT")
