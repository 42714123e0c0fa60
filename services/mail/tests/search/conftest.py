from collections.abc import Callable, Iterator

import pytest

from chassis.db import Database


@pytest.fixture(scope="module")
def mail_database(database_url: Callable[[str], str]) -> Iterator[Database]:
    database = Database(database_url("mail"), size=12)
    try:
        yield database
    finally:
        database.close()
