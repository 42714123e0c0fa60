"""The folder of a test session, and the private RabbitMQ and PostgreSQL that it starts when none are given."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.layout import CHECKOUT
from deploy.local.system import Options, System, erase, erase_all


@pytest.fixture(scope="session")
def test_home() -> Iterator[Path]:
    """A folder below .test for what the session starts, gone at its end. Its name is short: sockets stand in it."""
    given = os.environ.get("WEBMAIL_TEST_HOME")
    home = Path(given) if given else CHECKOUT / ".test" / secrets.token_hex(4)
    home.mkdir(parents=True, exist_ok=True)
    try:
        yield home
    finally:
        erase_all(home)
        if not given and not any(home.parent.iterdir()):
            home.parent.rmdir()


@pytest.fixture(scope="session")
def private_servers(test_home: Path) -> Iterator[System]:
    """A RabbitMQ node and a PostgreSQL cluster of the session's own, ready (6 s)."""
    with System(Options(home=test_home / "servers", programs=(), databases=("mail",), durable=False)) as servers:
        servers.start_servers()
        servers.wait_for_databases()
        servers.wait_for_broker()
        yield servers
    erase(servers.layout)
