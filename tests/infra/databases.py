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
    """Makes databases owned by a role without privileges, as services have when they run; drops them all at the end."""

    def __init__(self, admin_url: str) -> None:
        self._admin_url = admin_url
        self._role = f"test_{secrets.token_hex(6)}"
        self._password = secrets.token_hex(16)
        self._names: list[str] = []
        self._templates: dict[str, str] = {}
        self._admin(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(self._role), sql.Literal(self._password))
        )

    def fresh(self, service: str) -> str:
        """postgresql:// address of a new database, migrated for the service; about 0.1 s after the first."""
        if service not in self._templates:
            self._templates[service] = self._template(service)
        return self._url(self._create(self._templates[service]))

    def empty(self) -> str:
        """postgresql:// address of a new database without a table."""
        return self._url(self._create("template1"))

    def close(self) -> None:
        """Drop everything that was made, whoever is still connected."""
        for name in reversed(self._names):
            self._admin(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        self._admin(sql.SQL("DROP ROLE {}").format(sql.Identifier(self._role)))

    def _template(self, service: str) -> str:
        name = self._create("template1")
        done = subprocess.run(
            [sys.executable, "-m", "chassis.migrate", service],
            cwd=CHECKOUT,
            env={**os.environ, f"{service.upper()}_DATABASE_URL": self._url(name)},
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
                sql.Identifier(name), sql.Identifier(self._role), sql.Identifier(template)
            )
        )
        self._names.append(name)
        return name

    def _url(self, database: str) -> str:
        parts = urlsplit(self._admin_url)
        place = f"{quote(self._role)}:{self._password}@{parts.hostname}:{parts.port or 5432}"
        return urlunsplit(parts._replace(netloc=place, path=f"/{database}"))

    def _admin(self, statement: sql.Composable) -> None:
        connection = psycopg2.connect(self._admin_url, connect_timeout=CONNECT_SECONDS)
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
