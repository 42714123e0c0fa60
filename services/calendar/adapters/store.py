"""Agendas in PostgreSQL (migrations/ documents the tables)."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from psycopg2.extras import Json as Jsonb

from chassis.db import Database, Row, Transaction
from chassis.outbox import enqueue
from contracts.auth import AccountEvent
from contracts.calendar import CalendarStateChanged
from services.calendar.application.ports import (
    Agendas,
    EventQuery,
    Found,
    Json,
    Kind,
    StoredCalendar,
    StoredEvent,
    UnknownAccountError,
)
from services.calendar.domain.recurrence import Occurrence

STATE_COLUMNS: dict[Kind, str] = {"Calendar": "calendar_ms", "CalendarEvent": "event_ms"}
EVENT_COLUMNS = "id, calendar_id, uid, data, created_at, updated_at"


class PostgresAgendaStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def read(self, account_id: str) -> Iterator[Agendas]:
        with self._database.transaction(read_only=True) as tx:
            yield PostgresAgendas.open(tx, account_id, lock=False)

    @contextmanager
    def write(self, account_id: str) -> Iterator[Agendas]:
        with self._database.transaction() as tx:
            yield PostgresAgendas.open(tx, account_id, lock=True)


def save_account(tx: Transaction, event: AccountEvent) -> "PostgresAgendas":
    """Makes the account, or brings it up to date unless something later is known, and locks it."""
    agent = event.agent
    tx.execute(
        "INSERT INTO account (account_id, sequence, address, name, state) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (account_id) DO UPDATE"
        " SET sequence = EXCLUDED.sequence, name = EXCLUDED.name, state = EXCLUDED.state"
        " WHERE account.sequence < EXCLUDED.sequence",
        (agent.account_id, event.sequence, agent.address, f"{agent.given_name} {agent.family_name}", event.state),
    )
    tx.execute("INSERT INTO account_state (account_id) VALUES (%s) ON CONFLICT DO NOTHING", (agent.account_id,))
    return PostgresAgendas.open(tx, agent.account_id, lock=True)


class PostgresAgendas:
    def __init__(self, tx: Transaction, account_id: str, state: Row) -> None:
        self._tx = tx
        self._account_id = account_id
        self._state = state

    @classmethod
    def open(cls, tx: Transaction, account_id: str, *, lock: bool) -> "PostgresAgendas":
        sql = "SELECT modseq, calendar_ms, event_ms FROM account_state WHERE account_id = %s"
        state = tx.one(sql + (" FOR UPDATE" if lock else ""), (account_id,))
        if state is None:
            raise UnknownAccountError
        return cls(tx, account_id, state)

    def state(self, kind: Kind) -> str:
        return str(self._state[STATE_COLUMNS[kind]])

    def changed(self, *kinds: Kind) -> None:
        assignments = ", ".join(f"{STATE_COLUMNS[kind]} = modseq + 1" for kind in kinds)
        self._state = self._tx.only(
            f"UPDATE account_state SET modseq = modseq + 1, {assignments} WHERE account_id = %s"  # noqa: S608 - columns
            " RETURNING modseq, calendar_ms, event_ms",
            (self._account_id,),
        )
        changed = {kind: self.state(kind) for kind in kinds}
        enqueue(self._tx, CalendarStateChanged(account_id=self._account_id, changed=dict(changed)))

    def calendars(self, numbers: Sequence[int] | None = None) -> list[StoredCalendar]:
        rows = self._tx.all(
            "SELECT id, name, color, sort_order, is_default, is_visible FROM calendar WHERE account_id = %(account)s"
            " AND (%(numbers)s::bigint[] IS NULL OR id = ANY(%(numbers)s)) ORDER BY sort_order, id",
            {"account": self._account_id, "numbers": None if numbers is None else list(numbers)},
        )
        return [
            StoredCalendar(
                row["id"], row["name"], row["color"], row["sort_order"], row["is_default"], row["is_visible"]
            )
            for row in rows
        ]

    def add_calendar(self, name: str, color: str | None, sort_order: int, *, is_default: bool = False) -> int:
        row = self._tx.only(
            "INSERT INTO calendar (account_id, name, color, sort_order, is_default) VALUES (%s, %s, %s, %s, %s)"
            " RETURNING id",
            (self._account_id, name, color, sort_order, is_default),
        )
        return int(row["id"])

    def save_calendar(self, calendar: StoredCalendar) -> None:
        self._tx.execute(
            "UPDATE calendar SET name = %s, color = %s, sort_order = %s, is_visible = %s"
            " WHERE account_id = %s AND id = %s",
            (
                calendar.name,
                calendar.color,
                calendar.sort_order,
                calendar.is_visible,
                self._account_id,
                calendar.number,
            ),
        )

    def remove_calendar(self, number: int) -> None:
        self._tx.execute("DELETE FROM calendar WHERE account_id = %s AND id = %s", (self._account_id, number))

    def count_events(self, calendar: int | None = None) -> int:
        sql = (
            "SELECT count(*) AS number FROM event WHERE account_id = %(account)s"
            " AND (%(calendar)s::bigint IS NULL OR calendar_id = %(calendar)s)"
        )
        return int(self._tx.only(sql, {"account": self._account_id, "calendar": calendar})["number"])

    def remove_events_of(self, calendar: int) -> int:
        return self._tx.execute(
            "DELETE FROM event WHERE account_id = %s AND calendar_id = %s", (self._account_id, calendar)
        )

    def events(self, numbers: Sequence[int] | None = None) -> list[StoredEvent]:
        rows = self._tx.all(
            f"SELECT {EVENT_COLUMNS} FROM event WHERE account_id = %(account)s"  # noqa: S608 - columns
            " AND (%(numbers)s::bigint[] IS NULL OR id = ANY(%(numbers)s)) ORDER BY id",
            {"account": self._account_id, "numbers": None if numbers is None else list(numbers)},
        )
        return [_stored_event(row) for row in rows]

    def event_with_uid(self, uid: str) -> int | None:
        row = self._tx.one("SELECT id FROM event WHERE account_id = %s AND uid = %s", (self._account_id, uid))
        return int(row["id"]) if row else None

    def add_event(self, calendar: int, uid: str, data: Json) -> StoredEvent:
        row = self._tx.only(
            "INSERT INTO event (account_id, calendar_id, uid, data) VALUES (%s, %s, %s, %s)"
            " RETURNING id, calendar_id, uid, data, created_at, updated_at",
            (self._account_id, calendar, uid, _jsonb(data)),
        )
        return _stored_event(row)

    def save_event(self, number: int, calendar: int, data: Json) -> datetime:
        row = self._tx.only(
            "UPDATE event SET calendar_id = %s, data = %s, updated_at = now() WHERE account_id = %s AND id = %s"
            " RETURNING updated_at",
            (calendar, _jsonb(data), self._account_id, number),
        )
        updated_at: datetime = row["updated_at"]
        return updated_at

    def remove_event(self, number: int) -> None:
        self._tx.execute("DELETE FROM event WHERE account_id = %s AND id = %s", (self._account_id, number))

    def index(self, number: int, occurrences: Sequence[Occurrence], indexed_until: datetime | None) -> None:
        self._tx.execute("DELETE FROM occurrence WHERE account_id = %s AND event_id = %s", (self._account_id, number))
        self._tx.values(
            "INSERT INTO occurrence (account_id, event_id, recurrence_id, starts_at, ends_at) VALUES %s",
            [(self._account_id, number, item.recurrence_id, item.starts_at, item.ends_at) for item in occurrences],
        )
        self._tx.execute(
            "UPDATE event SET indexed_until = %s WHERE account_id = %s AND id = %s",
            (indexed_until, self._account_id, number),
        )

    def to_index(self, before: datetime, limit: int) -> list[StoredEvent]:
        rows = self._tx.all(
            f"SELECT {EVENT_COLUMNS} FROM event WHERE account_id = %s AND indexed_until < %s"  # noqa: S608 - columns
            " ORDER BY indexed_until LIMIT %s",
            (self._account_id, before, limit),
        )
        return [_stored_event(row) for row in rows]

    def find_instances(self, query: EventQuery) -> list[Found]:
        return self._find(
            "SELECT o.event_id, o.recurrence_id, o.starts_at",
            "ORDER BY o.starts_at, o.event_id, o.recurrence_id",
            query,
        )

    def find_events(self, query: EventQuery) -> list[Found]:
        return self._find(
            "SELECT o.event_id, '', min(o.starts_at) AS starts_at",
            "GROUP BY o.event_id ORDER BY min(o.starts_at), o.event_id",
            query,
        )

    def _find(self, select: str, order: str, query: EventQuery) -> list[Found]:
        conditions, params = _conditions(query)
        rows = self._tx.tuples(
            f"{select} FROM occurrence o JOIN event e ON e.account_id = o.account_id AND e.id = o.event_id"
            f" WHERE o.account_id = %(account)s{conditions} {order} LIMIT %(limit)s",
            params | {"account": self._account_id, "limit": query.limit},
        )
        return [Found(number, recurrence_id, starts_at) for number, recurrence_id, starts_at in rows]


def _conditions(query: EventQuery) -> tuple[str, dict[str, Any]]:
    """An instance matches when it ends after `after` and starts before `before`; one without length, at its start."""
    sql, params = "", dict[str, Any]()
    if query.after is not None or query.before is not None:
        sql += " AND tstzrange(o.starts_at, o.ends_at, '[]') && tstzrange(%(after)s, %(before)s, '[)')"
        sql += " AND (%(after)s::timestamptz IS NULL OR o.ends_at > %(after)s OR o.starts_at = %(after)s)"
        params |= {"after": query.after, "before": query.before}
    if query.calendars is not None:
        sql += " AND e.calendar_id = ANY(%(calendars)s)"
        params["calendars"] = list(query.calendars)
    if query.uid is not None:
        sql += " AND e.uid = %(uid)s"
        params["uid"] = query.uid
    if query.text is not None:
        sql += " AND unaccent(lower(concat_ws(' ', e.data->>'title', e.data->>'description', e.data->>'locations')))"
        sql += " LIKE unaccent(%(text)s)"
        params["text"] = "%" + _escaped(query.text.lower()) + "%"
    return sql, params


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _jsonb(data: Json) -> Jsonb:
    return Jsonb(data, dumps=lambda value: json.dumps(value, ensure_ascii=False))


def _stored_event(row: Row) -> StoredEvent:
    return StoredEvent(row["id"], row["calendar_id"], row["uid"], row["data"], row["created_at"], row["updated_at"])
