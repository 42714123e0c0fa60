"""One database and one role per service in the private cluster, with no access to the others'."""

from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from deploy.local.cluster import CONNECT_SECONDS

SERVICES = ("auth", "mail", "calendar", "contacts")


def make(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Role and database `<service>` for each service named in `passwords`; those that exist are kept."""
    connection = psycopg2.connect(admin_url, connect_timeout=CONNECT_SECONDS)
    try:
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with connection.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles UNION ALL SELECT 'database ' || datname FROM pg_database")
            present = {name for (name,) in cursor.fetchall()}
            for service, password in passwords.items():
                name = sql.Identifier(service)
                if service not in present:
                    cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(password)))
                if f"database {service}" not in present:
                    cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))
                cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    finally:
        connection.close()


def url(admin_url: str, service: str, password: str) -> str:
    """postgresql:// address of the service's database, as its own role."""
    parts = urlsplit(admin_url)
    return urlunsplit(parts._replace(netloc=f"{service}:{password}@{parts.hostname}:{parts.port}", path=f"/{service}"))
