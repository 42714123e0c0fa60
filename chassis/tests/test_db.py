"""Reading and writing transactions take turns on one connection."""

from collections.abc import Iterator

import psycopg2.errors
import pytest

from chassis.db import Database, Transaction
from tests.infra.databases import Databases


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    """With one connection, and a table that holds one number."""
    made = Database(databases.empty(), size=1)
    with made.transaction() as tx:
        tx.execute("CREATE TABLE thing (number integer NOT NULL)")
        tx.execute("INSERT INTO thing VALUES (1)")
    yield made
    made.close()


def number(tx: Transaction) -> int:
    return int(tx.only("SELECT number FROM thing")["number"])


def test_a_reading_transaction_refuses_to_write_and_the_next_one_writes(database: Database) -> None:
    with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction), database.transaction(read_only=True) as tx:
        tx.execute("UPDATE thing SET number = 2")
    with database.transaction() as tx:
        assert tx.execute("UPDATE thing SET number = 3") == 1
    with database.transaction(read_only=True) as tx:
        assert number(tx) == 3


def test_a_reading_transaction_sees_one_moment_and_a_writing_one_what_is_new(databases: Databases) -> None:
    url = databases.empty()
    first, second = Database(url, size=1), Database(url, size=1)
    with second.transaction() as tx:
        tx.execute("CREATE TABLE thing AS SELECT 1 AS number")
    seen: dict[bool, list[int]] = {}
    for read_only in (True, False):
        with first.transaction(read_only=read_only) as tx:
            seen[read_only] = [number(tx)]
            with second.transaction() as other:
                other.execute("UPDATE thing SET number = number + 1")
            seen[read_only].append(number(tx))
    assert seen == {True: [1, 1], False: [2, 3]}
    first.close()
    second.close()


def test_where_nothing_is_asked_nothing_is_begun(database: Database) -> None:
    with database.transaction() as tx:
        assert not tx.begun
    with database.transaction() as tx:
        tx.values("INSERT INTO thing VALUES %s", [(4,), (5,)])
        assert tx.begun
    with database.transaction(read_only=True) as tx:
        assert [row["number"] for row in tx.all("SELECT number FROM thing ORDER BY number")] == [1, 4, 5]


def test_what_was_done_before_a_failure_is_undone(database: Database) -> None:
    with pytest.raises(psycopg2.errors.NotNullViolation), database.transaction() as tx:
        tx.execute("UPDATE thing SET number = 2")
        tx.execute("INSERT INTO thing VALUES (NULL)")
    with pytest.raises(KeyError), database.transaction() as tx:
        tx.execute("UPDATE thing SET number = 2")
        raise KeyError
    with database.transaction() as tx:
        assert number(tx) == 1
