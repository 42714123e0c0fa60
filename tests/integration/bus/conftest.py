"""What the tests of the bus stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.db import Database
from chassis.migrate import migrate
from tests.infra.databases import Databases
from tests.integration.bus.harness import Process, running


@pytest.fixture(scope="session")
def bus_database_url(databases: Databases) -> str:
    """A database with the bus's tables, and two of the tests' own."""
    url = databases.empty()
    migrate("bus-tests", url)
    database = Database(url, size=1)
    with database.transaction() as tx:
        tx.execute("CREATE TABLE counter (name text PRIMARY KEY, total integer NOT NULL)")
        tx.execute("CREATE TABLE tries (name text PRIMARY KEY, count integer NOT NULL)")
    database.close()
    return url


@pytest.fixture
def database(bus_database_url: str) -> Iterator[Database]:
    made = Database(bus_database_url, size=4)
    yield made
    made.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the processes of a module log to."""
    return tmp_path_factory.mktemp("bus")


@pytest.fixture(scope="module")
def echo(amqp_url: str, bus_database_url: str, folder: Path) -> Iterator[Process]:
    with running("echo", folder, AMQP_URL=amqp_url, DATABASE_URL=bus_database_url) as process:
        yield process
