from collections.abc import Callable, Iterator

import pytest

from chassis.db import Database
from services.mail.tests.store.empty_database import empty
from services.mail.tests.store.world import World


@pytest.fixture(scope="module")
def mail_database(database_url: Callable[[str], str]) -> Iterator[Database]:
    database = Database(database_url("mail"), size=12)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture
def world(mail_database: Database) -> World:
    empty(mail_database)
    return World(mail_database)
