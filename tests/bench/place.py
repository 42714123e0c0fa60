"""The private system that is measured: all of ours, durable as in service, its PostgreSQL counting statements."""

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from deploy.local.layout import CHECKOUT
from deploy.local.system import Options, System, erase
from tests.bench.statements import preload
from tests.infra.institution import sending_at_once

QUIET_SECONDS = 300.0
EMPTY_WHEN_QUIET = {
    "auth": ("outbox",),
    "mail": ("held", "spool", "outbound", "outbox"),
    "calendar": ("outbox",),
    "contacts": ("outbox",),
}


@contextmanager
def running(home: Path | None, explain_ms: float | None) -> Iterator[System]:
    """Up to ready. With `home` the data are kept there; otherwise they go at the end."""
    folder = home or CHECKOUT / ".test" / f"bench-{secrets.token_hex(3)}"
    folder.mkdir(parents=True, exist_ok=True)
    options = Options(
        home=folder, settings=sending_at_once(folder), preferred_ports={}, overrides={"LOG_LEVEL": "WARNING"}
    )
    system = System(options)
    try:
        with system:
            _up(system, explain_ms)
            yield system
    finally:
        if home is None:
            erase(system.layout)


def _up(system: System, explain_ms: float | None) -> None:
    system.start_servers()
    system.wait_for_databases()
    preload(system.admin_url, explain_ms)
    system.stop("postgres")
    system.start("postgres")
    system.wait_for_databases()
    system.wait_for_broker()
    system.migrate()
    system.start_services()
    system.wait_until_ready()


def auth_cli(system: System, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "services.auth.cli", *arguments],
        cwd=CHECKOUT,
        env=system.environment | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout.strip()


def wait_until_quiet(system: System) -> None:
    """Returns once nothing waits in any spool, queue or outbox."""
    end = time.monotonic() + QUIET_SECONDS
    for service, tables in EMPTY_WHEN_QUIET.items():
        waiting = " + ".join(f"(SELECT count(*) FROM {table})" for table in tables)  # noqa: S608
        connection = psycopg2.connect(_as_administrator(system, service), connect_timeout=5)
        connection.autocommit = True
        try:
            while _number(connection, f"SELECT {waiting}"):
                if time.monotonic() > end:
                    raise TimeoutError(f"{service} is still busy")
                time.sleep(0.05)
        finally:
            connection.close()


def tidy(system: System) -> None:
    """Vacuumed and analysed, as a mailbox that grew over years would be; and a checkpoint out of the way."""
    for service in EMPTY_WHEN_QUIET:
        connection = psycopg2.connect(_as_administrator(system, service), connect_timeout=5)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        connection.close()


def remember(home: Path, name: str, value: object) -> None:
    (home / name).write_text(json.dumps(value))


def remembered(home: Path, name: str) -> dict[str, Any] | None:
    path = home / name
    return json.loads(path.read_text()) if path.exists() else None


def _as_administrator(system: System, service: str) -> str:
    """Its statements are the bench's own, and not counted."""
    database = urlsplit(system.addresses.database_urls[service]).path
    return urlunsplit(urlsplit(system.admin_url)._replace(path=database))


def _number(connection: "psycopg2.extensions.connection", sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return int(row[0]) if row else 0
