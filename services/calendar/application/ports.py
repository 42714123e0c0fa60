"""What the application needs of the outside. The adapters implement these; the tests may too."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from services.calendar.domain.recurrence import Occurrence

Json = dict[str, Any]
Kind = Literal["Calendar", "CalendarEvent"]


@dataclass(frozen=True, slots=True)
class StoredCalendar:
    number: int
    name: str
    color: str | None
    sort_order: int
    is_default: bool
    is_visible: bool


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """`data` is the JSCalendar object without id, uid, calendarIds, created and updated. `indexed_until`: see store."""

    number: int
    calendar: int
    uid: str
    data: Json
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """A hit of a query: an instance where `recurrence_id` is not "". starts_at: None when every instance was taken
    out."""

    number: int
    recurrence_id: str | None
    starts_at: datetime | None


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Instances that overlap [after, before) (UTC, either may be None), in these calendars (None: all)."""

    after: datetime | None = None
    before: datetime | None = None
    calendars: Sequence[int] | None = None
    uid: str | None = None
    text: str | None = None
    limit: int = 5_000


class Agendas(Protocol):
    """The agendas of one account inside one transaction."""

    def state(self, kind: Kind) -> str:
        """The JMAP state string of a type."""
        ...

    def changed(self, *kinds: Kind) -> None:
        """Moves the states of `kinds` and has CalendarStateChanged published when the transaction commits."""
        ...

    def calendars(self, numbers: Sequence[int] | None = None) -> list[StoredCalendar]: ...

    def add_calendar(self, name: str, color: str | None, sort_order: int, *, is_default: bool = False) -> int: ...

    def save_calendar(self, calendar: StoredCalendar) -> None: ...

    def remove_calendar(self, number: int) -> None:
        """Its events must be gone or be moved before."""
        ...

    def count_events(self, calendar: int | None = None) -> int:
        """Of one calendar, or of all."""
        ...

    def remove_events_of(self, calendar: int) -> int: ...

    def events(self, numbers: Sequence[int] | None = None) -> list[StoredEvent]: ...

    def event_with_uid(self, uid: str) -> int | None: ...

    def add_event(self, calendar: int, uid: str, data: Json) -> StoredEvent: ...

    def save_event(self, number: int, calendar: int, data: Json) -> datetime:
        """Returns the new time of update."""
        ...

    def remove_event(self, number: int) -> None: ...

    def index(self, number: int, occurrences: Sequence[Occurrence], indexed_until: datetime | None) -> None:
        """Replaces the event's occurrences. `indexed_until` None: nothing comes after the last one."""
        ...

    def to_index(self, before: datetime, limit: int) -> list[StoredEvent]:
        """Series whose occurrences are not computed as far as `before`."""
        ...

    def find_instances(self, query: EventQuery) -> list[Found]:
        """Ordered by start, then by event."""
        ...

    def find_events(self, query: EventQuery) -> list[Found]:
        """Each event once, by its first occurrence that matches."""
        ...


class UnknownAccountError(Exception):
    """This service has not heard of the account (yet)."""


class AgendaStore(Protocol):
    """Opens transactions. Raises UnknownAccountError."""

    def read(self, account_id: str) -> AbstractContextManager[Agendas]: ...

    def write(self, account_id: str) -> AbstractContextManager[Agendas]:
        """Holds the account's lock until the end: writes of one account happen one after the other."""
        ...
