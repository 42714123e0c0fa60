"""A database a service in the private cluster, with no access to the others': the role `<service>_owner` makes its
tables, the role `<service>` may read and write their rows (chassis/rights.py)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import psycopg2.extensions
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from deploy.local.cluster import CONNECT_SECONDS

SERVICES = ("auth", "mail", "calendar", "contacts")


@dataclass(frozen=True)
class Passwords:
    """Of the service's own role, and of the owner of its tables."""

    service: str
    owner: str


def make(admin_url: str, passwords: Mapping[str, Passwords]) -> None:
    """Roles and database for each service named in `passwords`; those that exist are kept."""
    with _administrator(admin_url) as cursor:
        cursor.execute("SELECT rolname FROM pg_roles UNION ALL SELECT 'database ' || datname FROM pg_database")
        present = {name for (name,) in cursor.fetchall()}
        for service, secret in passwords.items():
            for role, password in ((service, secret.service), (owner(service), secret.owner)):
                if role not in present:
                    _run(cursor, "CREATE ROLE {} LOGIN PASSWORD {}", sql.Identifier(role), sql.Literal(password))
            name = sql.Identifier(service)
            if f"database {service}" not in present:
                _run(cursor, "CREATE DATABASE {} OWNER {}", name, sql.Identifier(owner(service)))
            elif owner(service) not in present:
                _hand_over(cursor, admin_url, service)
            _run(cursor, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
            _run(cursor, "GRANT CONNECT ON DATABASE {} TO {}", name, name)


def owner(service: str) -> str:
    """The role that its tables belong to."""
    return f"{service}_owner"


def url(admin_url: str, service: str, password: str, role: str = "") -> str:
    """postgresql:// address of the service's database, as its own role or another."""
    parts = urlsplit(admin_url)
    place = f"{role or service}:{password}@{parts.hostname}:{parts.port}"
    return urlunsplit(parts._replace(netloc=place, path=f"/{service}"))


def _hand_over(cursor: psycopg2.extensions.cursor, admin_url: str, service: str) -> None:
    """A database made before there were owners: its tables go over to the new one."""
    name, new = sql.Identifier(service), sql.Identifier(owner(service))
    _run(cursor, "ALTER DATABASE {} OWNER TO {}", name, new)
    with _administrator(urlunsplit(urlsplit(admin_url)._replace(path=f"/{service}"))) as inside:
        _run(inside, "REASSIGN OWNED BY {} TO {}", name, new)


@contextmanager
def _administrator(url: str) -> Iterator[psycopg2.extensions.cursor]:
    connection = psycopg2.connect(url, connect_timeout=CONNECT_SECONDS)
    try:
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def _run(cursor: psycopg2.extensions.cursor, statement: str, *parts: sql.Composable) -> None:
    cursor.execute(sql.SQL(statement).format(*parts))
