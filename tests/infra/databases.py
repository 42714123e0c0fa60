"""Fresh PostgreSQL databases, one a call, each with its service's migrations applied."""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
import pytest
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from deploy.local.layout import CHECKOUT

MIGRATION_SECONDS = 60
CONNECT_SECONDS = 5


class Databases:
    """Makes databases as services have them when they run, with one role that owns the tables and one that may read and
    write their rows; drops them all at the end."""

    def __init__(self, admin_url: str) -> None:
        self._admin_url = admin_url
        self._role = f"test_{secrets.token_hex(6)}"
        self._owner = f"{self._role}_owner"
        self._password = secrets.token_hex(16)
        self._names: list[str] = []
        self._templates: dict[str, str] = {}
        for role in (self._role, self._owner):
            self._admin(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(self._password))
            )

    def fresh(self, service: str) -> str:
        """postgresql:// address of a new database, migrated for the service, as the service's role; about 0.1 s after
        the first."""
        if service not in self._templates:
            self._templates[service] = self._template(service)
        return self._url(self._create(self._templates[service]), self._role)

    def empty(self) -> str:
        """postgresql:// address of a new database without a table, as its owner."""
        return self._url(self._create("template1"), self._owner)

    def as_owner(self, url: str) -> str:
        """The same database, as the owner of its tables."""
        return self._url(urlsplit(url).path[1:], self._owner)

    def analyse(self, name: str) -> None:
        """Renew what the planner knows of this database's tables: its owner alone may."""
        self._admin(sql.SQL("ANALYZE"), name)

    def close(self) -> None:
        """Drop everything that was made, whoever is still connected."""
        for name in reversed(self._names):
            self._admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for role in (self._role, self._owner):
            self._admin(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))

    def _template(self, service: str) -> str:
        name = self._create("template1")
        done = subprocess.run(
            [sys.executable, "-m", "chassis.migrate", service],
            cwd=CHECKOUT,
            env={
                **os.environ,
                f"{service.upper()}_DATABASE_URL": self._url(name, self._role),
                f"{service.upper()}_OWNER_DATABASE_URL": self._url(name, self._owner),
            },
            capture_output=True,
            text=True,
            timeout=MIGRATION_SECONDS,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"migrations of {service} failed: {(done.stderr or done.stdout).strip()[-2000:]}")
        return name

    def _create(self, template: str) -> str:
        name = f"test_{secrets.token_hex(6)}"
        self._admin(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(self._owner), sql.Identifier(template)
            )
        )
        self._names.append(name)
        # Commits of tests don't wait for the disk; those of durability have a server of their own.
        self._admin(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))
        return name

    def _url(self, database: str, role: str) -> str:
        parts = urlsplit(self._admin_url)
        place = f"{quote(role)}:{self._password}@{parts.hostname}:{parts.port or 5432}"
        return urlunsplit(parts._replace(netloc=place, path=f"/{database}"))

    def _admin(self, statement: sql.Composable, database: str = "") -> None:
        parts = urlsplit(self._admin_url)
        url = urlunsplit(parts._replace(path=f"/{database}")) if database else self._admin_url
        connection = psycopg2.connect(url, connect_timeout=CONNECT_SECONDS)
        try:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> str:
    """postgresql:// address of a server, as a role that may create databases and roles: TEST_POSTGRES_URL if given."""
    return os.environ.get("TEST_POSTGRES_URL") or str(request.getfixturevalue("private_servers").admin_url)


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Iterator[Databases]:
    """The session's maker of databases."""
    made = Databases(postgres_url)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def database_url(databases: Databases) -> Callable[[str], str]:
    """`database_url("mail")`: postgresql:// address of a new database with that service's migrations applied."""
    return databases.fresh
