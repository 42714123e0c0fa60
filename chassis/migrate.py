"""Brings one service's database to the newest schema: plain SQL files, in order, each in a transaction of its own.

`python -m chassis.migrate mail` applies chassis/migrations/*.sql, then services/mail/migrations/*.sql, to
MAIL_DATABASE_URL. A file that was applied must never change afterwards; several runs at once wait for each other.

Where MAIL_OWNER_DATABASE_URL is given, that role makes and owns the tables, and the role of MAIL_DATABASE_URL gets what
chassis/rights.py says.
"""

import hashlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
from psycopg2.extensions import parse_dsn

from chassis.rights import grant
from chassis.settings import stop

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ("auth", "mail", "calendar", "contacts")
MIGRATION_LOCK = 7_226_051_983
LOCK_TIMEOUT = "5s"
STATEMENT_TIMEOUT = "10min"
CONNECT_TRIES = 20


class ChangedMigrationError(Exception):
    """A migration file differs from what was applied under its name."""


def migrate(service: str, url: str, owner_url: str = "") -> list[str]:
    """Applies what is missing; returns the names applied. Running it again applies nothing."""
    connection = _connect(owner_url or url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'; SET statement_timeout = '{STATEMENT_TIMEOUT}'")
        with connection, connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '60s'")
            cursor.execute("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS schema_migration"
                " (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
            )
            cursor.execute("SELECT name, sha256 FROM schema_migration")
            applied: dict[str, str] = dict(cursor.fetchall())
        names = list(_apply_missing(connection, service, applied))
        if owner_url:
            with connection, connection.cursor() as cursor:
                grant(cursor, parse_dsn(url)["user"], ROOT / "services" / service / "rights.sql")
        return names
    finally:
        connection.close()


def _apply_missing(
    connection: "psycopg2.extensions.connection", service: str, applied: dict[str, str]
) -> Iterator[str]:
    for name, path in _files(service):
        sql = path.read_text(encoding="utf-8")
        digest = hashlib.sha256(sql.encode()).hexdigest()
        if name in applied:
            if applied[name] != digest:
                raise ChangedMigrationError(f"migration {name} was changed after it had been applied")
            continue
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            cursor.execute("INSERT INTO schema_migration (name, sha256) VALUES (%s, %s)", (name, digest))
        yield name


def _files(service: str) -> Iterator[tuple[str, Path]]:
    for owner, folder in (("chassis", ROOT / "chassis"), (service, ROOT / "services" / service)):
        for path in sorted((folder / "migrations").glob("[0-9]*.sql")):
            yield f"{owner}/{path.name}", path


def _connect(url: str) -> "psycopg2.extensions.connection":
    for remaining in reversed(range(CONNECT_TRIES)):
        try:
            return psycopg2.connect(url, connect_timeout=5, application_name="migrate")
        except psycopg2.OperationalError:
            if not remaining:
                raise
            time.sleep(0.5)
    raise AssertionError("unreachable")


def main(arguments: list[str]) -> None:
    if len(arguments) != 1 or arguments[0] not in SERVICES:
        stop(f"usage: python -m chassis.migrate {'|'.join(SERVICES)}")
    service = arguments[0]
    variable = f"{service.upper()}_DATABASE_URL"
    url = os.environ.get(variable) or stop(f"setting {variable}: required")
    try:
        applied = migrate(service, url, os.environ.get(f"{service.upper()}_OWNER_DATABASE_URL", ""))
    except (ChangedMigrationError, psycopg2.Error) as error:
        stop(f"migrating {service}: {error}".strip())
    sys.stderr.write(f"{service}: {len(applied)} migration(s) applied\n")


if __name__ == "__main__":
    main(sys.argv[1:])
