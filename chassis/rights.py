"""What the role of a service's processes may do in its database: read and write rows. The tables belong to another
role, the owner, whose password the migration command alone is given: who takes over a process can't drop what guards
the data."""

from pathlib import Path

import psycopg2.extensions
from psycopg2 import sql

_ROWS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON schema_migration FROM {role}",
)


def grant(cursor: psycopg2.extensions.cursor, role: str, less: Path) -> None:
    """Every run says it all again: a table that a migration brought is covered too. `less`: the service's own file of
    what is taken away again, SQL with {role} in it; it may be missing."""
    for statement in (*_ROWS, *_statements(less)):
        cursor.execute(sql.SQL(statement).format(role=sql.Identifier(role)))


def _statements(file: Path) -> list[str]:
    """One a line; blank lines and comments are passed over."""
    if not file.exists():
        return []
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("--")]
