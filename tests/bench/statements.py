"""What the private cluster was asked, from pg_stat_statements: every round trip counts, BEGIN and COMMIT too."""

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

LIBRARIES = "pg_stat_statements, auto_explain"
_READ = """
SELECT d.datname, s.query, sum(s.calls), sum(s.total_exec_time)
FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
WHERE s.userid <> current_user::regrole GROUP BY d.datname, s.query
"""


@dataclass(frozen=True)
class Asked:
    """calls and milliseconds of execution since the cluster started."""

    calls: float = 0.0
    ms: float = 0.0

    def since(self, earlier: "Asked") -> "Asked":
        return Asked(self.calls - earlier.calls, self.ms - earlier.ms)


Statements = Mapping[tuple[str, str], Asked]
"""By database and normalised text."""


class StatementLog:
    """`admin_url`: whatever its role asks is the bench's own, and left out."""

    def __init__(self, admin_url: str) -> None:
        self._connection = psycopg2.connect(admin_url, connect_timeout=5)
        self._connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with self._connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def read(self) -> Statements:
        with self._connection.cursor() as cursor:
            cursor.execute(_READ)
            return {(base, query): Asked(float(calls), ms) for base, query, calls, ms in cursor.fetchall()}

    def close(self) -> None:
        self._connection.close()


def preload(admin_url: str, explain_ms: float | None) -> None:
    """What the cluster must read when it starts again. Plans of statements slower than `explain_ms` go to its log."""
    connection = psycopg2.connect(admin_url, connect_timeout=5)
    connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    settings = {
        "shared_preload_libraries": LIBRARIES,
        "auto_explain.log_min_duration": "-1" if explain_ms is None else f"{explain_ms:g}",
        "auto_explain.log_analyze": "off" if explain_ms is None else "on",
        "auto_explain.log_nested_statements": "on",
    }
    try:
        with connection.cursor() as cursor:
            for library in LIBRARIES.split(", "):
                cursor.execute(f"LOAD '{library}'")
            for name, value in settings.items():
                # A list of libraries is several values: quoted as one it would be the name of one library.
                cursor.execute(f"ALTER SYSTEM SET {name} = {value if ',' in value else repr(value)}")
    finally:
        connection.close()


def difference(after: Statements, before: Statements) -> dict[tuple[str, str], Asked]:
    """What was asked between two readings."""
    found = {name: asked.since(before.get(name, Asked())) for name, asked in after.items()}
    return {name: asked for name, asked in found.items() if asked.calls > 0}


def total(statements: Statements) -> Asked:
    return Asked(sum(one.calls for one in statements.values()), sum(one.ms for one in statements.values()))
