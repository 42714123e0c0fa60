"""A virtual host of RabbitMQ for one test session."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest

CTL_SECONDS = 60


def _ctl(program: str, *arguments: str) -> None:
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=CTL_SECONDS, check=False)
    if done.returncode:
        raise RuntimeError(f"{program} {arguments[0]} failed: {(done.stderr or done.stdout).strip()[-500:]}")


@pytest.fixture(scope="session")
def amqp_url() -> Iterator[str]:
    """amqp:// address of a virtual host that only this session uses.

    With TEST_AMQP_URL (and TEST_RABBITMQCTL, the rabbitmqctl of that node) the host is made on that server.
    """
    url, ctl = os.environ["TEST_AMQP_URL"], os.environ["TEST_RABBITMQCTL"]
    parts = urlsplit(url)
    vhost = f"test-{secrets.token_hex(6)}"
    _ctl(ctl, "add_vhost", vhost)
    try:
        _ctl(ctl, "set_permissions", "-p", vhost, parts.username or "guest", ".*", ".*", ".*")
        yield urlunsplit(parts._replace(path=f"/{vhost}"))
    finally:
        _ctl(ctl, "delete_vhost", vhost)
