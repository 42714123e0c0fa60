"""Fixtures of auth's tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.db import Database
from chassis.settings import institution
from services.auth.bootstrap import build
from services.auth.tests.letterbox import Sending, sending
from services.auth.tests.system import MovableClock, System, settings


@pytest.fixture
def system(database_url: Callable[[str], str], settings_file: Path) -> Iterator[System]:
    url = database_url("auth")
    database = Database(url, size=8)
    clock = MovableClock()
    yield System(build(settings(url), institution(str(settings_file)), database, clock=clock), clock, database, url)
    database.close()


@pytest.fixture
def mails(system: System, settings_file: Path) -> Sending:
    """The mails that the system owes, sent into a letterbox."""
    return sending(system, settings_file)
