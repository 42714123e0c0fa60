"""Fixtures of contacts' tests."""

from collections.abc import Callable, Iterator

import pytest

from chassis.db import Database
from services.contacts.tests.books import Books


@pytest.fixture(scope="module")
def contacts_database(database_url: Callable[[str], str]) -> Iterator[Database]:
    database = Database(database_url("contacts"), size=4)
    yield database
    database.close()


@pytest.fixture
def books(contacts_database: Database) -> Books:
    """An account's address books, in tables that held nothing before."""
    with contacts_database.transaction() as tx:
        for table in ("card", "agent", "establishment", "outbox"):
            tx.execute(f"DELETE FROM {table}")  # noqa: S608 - tables above
    return Books(contacts_database)
