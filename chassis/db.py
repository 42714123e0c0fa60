"""PostgreSQL for processes that call it synchronously: threads, command lines, and eventlet once chassis.green made
psycopg2 cooperative. asyncio processes use asyncpg instead."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg2
import psycopg2.extensions
import psycopg2.extras
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from chassis.prepared import Prepared

Params = Sequence[object] | Mapping[str, object]
Row = dict[str, Any]
Sql = str | Prepared

MAX_IDLE_SECONDS = 300.0

_BEGIN = "BEGIN; "
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "


class PoolExhaustedError(Exception):
    """Every connection was busy for the whole wait."""


class Transaction:
    """One transaction. SQL is always parameterised: `%s` or `%(name)s`, never formatted.

    `begin` travels with the first statement, in one round trip; where there is none, nothing was ever begun.
    """

    def __init__(self, connection: Any, begin: str) -> None:
        self._connection = connection
        self._begin = begin

    @property
    def begun(self) -> bool:
        return not self._begin

    def _after_begin(self, sql: str) -> str:
        begin, self._begin = self._begin, ""
        return begin + sql

    def _run(self, cursor: Any, sql: Sql, params: Params) -> None:
        cursor.execute(self._after_begin(self._text(cursor, sql)), params)

    def _text(self, cursor: Any, sql: Sql) -> str:
        if isinstance(sql, str):
            return sql
        if sql.name not in self._connection.prepared:
            cursor.execute(self._after_begin(sql.prepare))
            self._connection.prepared.add(sql.name)
        return sql.execute

    def execute(self, sql: Sql, params: Params = ()) -> int:
        """Runs a statement; returns how many rows it touched."""
        with self._connection.cursor() as cursor:
            self._run(cursor, sql, params)
            return int(cursor.rowcount)

    def together(self, *statements: tuple[Sql, Params]) -> int:
        """Runs them one after the other in one round trip; returns how many rows the last one touched."""
        with self._connection.cursor() as cursor:
            texts = [cursor.mogrify(self._text(cursor, sql), params) for sql, params in statements]
            cursor.execute(self._after_begin("").encode() + b"; ".join(texts))
            return int(cursor.rowcount)

    def one(self, sql: Sql, params: Params = ()) -> Row | None:
        """The first row as a dict, or None."""
        with self._connection.cursor() as cursor:
            self._run(cursor, sql, params)
            row: Row | None = cursor.fetchone()
            return row

    def only(self, sql: Sql, params: Params = ()) -> Row:
        """The row that must be there. Raises LookupError otherwise."""
        row = self.one(sql, params)
        if row is None:
            raise LookupError("a row that must exist does not")
        return row

    def all(self, sql: Sql, params: Params = ()) -> list[Row]:
        with self._connection.cursor() as cursor:
            self._run(cursor, sql, params)
            return list(cursor.fetchall())

    def tuples(self, sql: Sql, params: Params = ()) -> list[tuple[Any, ...]]:
        """Rows as tuples: for long listings, where a dict a row is waste."""
        with self._connection.cursor(cursor_factory=psycopg2.extensions.cursor) as cursor:
            self._run(cursor, sql, params)
            return list(cursor.fetchall())

    def values(self, sql: str, rows: Sequence[Sequence[object]], template: str | None = None) -> list[Row]:
        """One `INSERT … VALUES %s [RETURNING …]` for many rows; returns what it returns."""
        if not rows:
            return []
        with self._connection.cursor() as cursor:
            returning = "RETURNING" in sql.upper()
            result = psycopg2.extras.execute_values(
                cursor, self._after_begin(sql), rows, template=template, page_size=len(rows), fetch=returning
            )
            return list(result or [])


class _Connection(psycopg2.extensions.connection):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.prepared: set[str] = set()


class Database:
    """A bounded pool of connections to one service's database.

    `transaction()` commits when its block ends and rolls back when it raises. A broken connection is thrown away. When
    all are busy for `wait_seconds`, PoolExhaustedError is raised rather than queueing for ever.
    """

    def __init__(
        self,
        url: str,
        *,
        size: int = 20,
        statement_timeout_ms: int = 10_000,
        wait_seconds: float = 5.0,
        application_name: str = "webmail",
    ) -> None:
        self._url = url
        self._options = f"-c statement_timeout={statement_timeout_ms} -c idle_in_transaction_session_timeout=60000"
        self._application_name = application_name
        self._wait_seconds = wait_seconds
        self._slots = threading.BoundedSemaphore(size)
        self._idle: list[tuple[float, Any]] = []

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[Transaction]:
        with self._connection() as connection:
            tx = Transaction(connection, _SNAPSHOT if read_only else _BEGIN)
            try:
                yield tx
                if tx.begun:
                    _run(connection, "COMMIT")
            except BaseException:
                if not connection.closed and connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
                    _run(connection, "ROLLBACK")
                raise

    def ready(self) -> bool:
        """Whether the database answers now."""
        try:
            with self.transaction() as tx:
                tx.execute("SELECT 1")
        except (psycopg2.Error, PoolExhaustedError):
            return False
        return True

    def close(self) -> None:
        while self._idle:
            self._idle.pop()[1].close()

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        if not self._slots.acquire(timeout=self._wait_seconds):
            raise PoolExhaustedError
        try:
            connection = self._take()
            try:
                yield connection
            finally:
                self._give_back(connection)
        finally:
            self._slots.release()

    def _take(self) -> Any:
        while self._idle:
            used_at, connection = self._idle.pop()
            if not connection.closed and time.monotonic() - used_at < MAX_IDLE_SECONDS:
                return connection
            connection.close()
        connection = psycopg2.connect(
            self._url,
            connection_factory=_Connection,
            cursor_factory=psycopg2.extras.RealDictCursor,
            application_name=self._application_name,
            options=self._options,
            connect_timeout=5,
        )
        connection.autocommit = True
        return connection

    def _give_back(self, connection: Any) -> None:
        if connection.closed or connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
            connection.close()
        else:
            self._idle.append((time.monotonic(), connection))


def _run(connection: Any, sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
