from collections.abc import Callable, Iterator

import pytest

from chassis.db import Database
from services.mail.tests.store.world import World


@pytest.fixture
def world(database_url: Callable[[str], str]) -> Iterator[World]:
    database = Database(database_url("mail"), size=12)
    try:
        yield World(database)
    finally:
        database.close()
