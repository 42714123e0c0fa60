"""Fixtures of auth's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.db import Database
from chassis.settings import institution
from services.auth.bootstrap import build
from services.auth.tests.letterbox import Sending, sending
from services.auth.tests.system import MovableClock, System, settings
from tests.infra.databases import Databases


@pytest.fixture
def system(databases: Databases, settings_file: Path) -> Iterator[System]:
    url = databases.fresh("auth")
    database, owner = Database(url, size=8), Database(databases.as_owner(url), size=1)
    clock = MovableClock()
    auth = build(settings(url), institution(str(settings_file)), database, clock=clock)
    yield System(auth, clock, database, owner, url)
    database.close()
    owner.close()


@pytest.fixture
def mails(system: System, settings_file: Path) -> Sending:
    """The mails that the system owes, sent into a letterbox."""
    return sending(system, settings_file)
