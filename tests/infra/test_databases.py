"""Each database handed out is new, and its role has no privilege on the server."""

from collections.abc import Callable

import psycopg2
import psycopg2.errors
import pytest

from tests.infra.databases import Databases


@pytest.fixture
def query() -> Callable[[str, str], list[tuple[object, ...]]]:
    def run(url: str, statement: str) -> list[tuple[object, ...]]:
        connection = psycopg2.connect(url, connect_timeout=5)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return list(cursor.fetchall()) if cursor.description else []
        finally:
            connection.close()

    return run


def test_two_databases_do_not_share_tables(
    databases: Databases, query: Callable[[str, str], list[tuple[object, ...]]]
) -> None:
    first, second = databases.empty(), databases.empty()
    query(first, "CREATE TABLE proof (n int)")
    assert query(second, "SELECT to_regclass('proof')") == [(None,)]


def test_the_role_is_as_weak_as_a_service(
    databases: Databases, query: Callable[[str, str], list[tuple[object, ...]]]
) -> None:
    rights = query(databases.empty(), "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
    assert rights == [(False, False)]


def test_a_service_writes_rows_and_leaves_the_tables_alone(
    databases: Databases, query: Callable[[str, str], list[tuple[object, ...]]]
) -> None:
    url = databases.fresh("contacts")
    assert query(url, "DELETE FROM outbox") == []
    for statement in ("DROP TABLE outbox", "CREATE TABLE proof (n int)", "DELETE FROM schema_migration"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            query(url, statement)
    assert query(databases.as_owner(url), "CREATE TABLE proof (n int)") == []


def test_extensions_that_the_store_needs_can_be_made_by_that_role(
    databases: Databases, query: Callable[[str, str], list[tuple[object, ...]]]
) -> None:
    url = databases.empty()
    query(url, "CREATE EXTENSION unaccent")
    query(url, "CREATE EXTENSION btree_gin")
    assert query(url, "SELECT unaccent('élève')") == [("eleve",)]
