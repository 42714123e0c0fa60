"""Virtual hosts of RabbitMQ that nobody else uses."""

import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest

from deploy.local.system import System

CTL_SECONDS = 60


class GivenBroker:
    """A server at TEST_AMQP_URL, whose rabbitmqctl is the program TEST_RABBITMQCTL."""

    def __init__(self, url: str, control: str) -> None:
        self._url = urlsplit(url)
        self._control = control
        self._made: list[str] = []

    def vhost(self) -> str:
        """amqp:// address of a new virtual host."""
        name = f"test-{secrets.token_hex(6)}"
        self._run("add_vhost", name)
        self._made.append(name)
        self._run("set_permissions", "-p", name, self._url.username or "guest", ".*", ".*", ".*")
        return urlunsplit(self._url._replace(path=f"/{name}"))

    def close(self) -> None:
        """Remove what was made."""
        for name in self._made:
            self._run("delete_vhost", name)

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(
            [self._control, *arguments], capture_output=True, text=True, timeout=CTL_SECONDS, check=False
        )
        if done.returncode:
            raise RuntimeError(f"rabbitmqctl {arguments[0]} failed: {(done.stderr or done.stdout).strip()[-500:]}")


class PrivateBroker:
    """The session's own server; it goes with everything in it."""

    def __init__(self, servers: System) -> None:
        self._servers = servers

    def vhost(self) -> str:
        """amqp:// address of a new virtual host."""
        name = f"test-{secrets.token_hex(6)}"
        self._servers.add_vhost(name)
        return urlunsplit(urlsplit(self._servers.addresses.amqp_url)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def new_amqp_url(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Each call gives the amqp:// address of a new virtual host (2.5 s, most of it rabbitmqctl's start)."""
    if url := os.environ.get("TEST_AMQP_URL"):
        given = GivenBroker(url, os.environ["TEST_RABBITMQCTL"])
        try:
            yield given.vhost
        finally:
            given.close()
    else:
        yield PrivateBroker(request.getfixturevalue("private_servers")).vhost


@pytest.fixture(scope="session")
def amqp_url(request: pytest.FixtureRequest) -> str:
    """amqp:// address of a virtual host that only this session uses."""
    if "TEST_AMQP_URL" in os.environ:
        return str(request.getfixturevalue("new_amqp_url")())
    return str(request.getfixturevalue("private_servers").addresses.amqp_url)
