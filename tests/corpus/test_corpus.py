"""A corpus of real mail through the whole system, or one that is broken in the same ways where none is at hand."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.layout import CHECKOUT
from deploy.local.system import System
from tests.corpus.generate import generate
from tests.corpus.post import Message
from tests.corpus.read import CPYTHON, REAL, messages
from tests.corpus.send import Target, tell, through, wait_until_known
from tests.hostile.messages import CASES, html
from tests.hostile.pages import VECTORS, page
from tests.infra.processes import Processes

EVERY = 8
GENERATED = 150
HOSTILE_EVERY = 1 if os.environ.get("HOSTILE_ALL") else 5

PARTS = (
    *("auth-rpc", "auth-outbox", "gateway"),
    *("mail-parser", "mail-rpc", "mail-events", "mail-outbox", "mail-smtp", "mail-delivery"),
)


def corpus() -> list[Message]:
    """CORPUS, all of it; else some of the real one that stands beside the checkout; and generated ones."""
    if named := os.environ.get("CORPUS"):
        return list(messages(Path(named)))
    real = list(messages(REAL))[::EVERY] if REAL.exists() else []
    others = list(messages(CPYTHON)) if CPYTHON.exists() else []
    return real + others + generate(seed=7, count=GENERATED)


@pytest.fixture(scope="module")
def system(processes: Processes) -> Iterator[System]:
    with processes(*PARTS) as started:
        yield started


@pytest.fixture
def target(system: System) -> Target:
    """An agent of its own, whom the listener knows."""
    password, address = secrets.token_urlsafe(16), f"corpus.{secrets.token_hex(4)}@ac-montpellier.example"
    subprocess.run(
        [sys.executable, "-m", "services.auth.cli", "agent", "--address", address],
        cwd=CHECKOUT,
        env=system.environment | {"PASSWORD": password},
        stdout=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    host, port = system.environment["SMTP_HOST"], int(system.environment["SMTP_PORT"])
    wait_until_known(host, port, address)
    return Target(host, port, system.addresses.web, address, password)


def test_accepted_is_stored_is_listed_and_every_byte_comes_back(target: Target) -> None:
    chosen = corpus()
    result = through(target, chosen, connections=4)
    print(tell(result))
    assert not result.posted.refused
    assert result.holds, tell(result)
    assert len(result.posted.accepted) == len(chosen)


def test_so_are_messages_made_to_do_harm(target: Target) -> None:
    """Each fifth of the hostile messages and pages (HOSTILE_ALL=1: all of them); what is seen of them is judged in
    tests/hostile and in mail's own tests."""
    chosen = [(name, make()) for name, make in CASES.items()]
    chosen += [(f"page: {name}", html(page(name, "http://t.example/a"))) for name in VECTORS]
    result = through(target, chosen[::HOSTILE_EVERY], connections=2, page=1)
    print(tell(result))
    assert result.holds, tell(result)
    assert all("Line of the message too long" in reply for _, reply in result.posted.refused), result.posted.refused
    assert len(result.posted.refused) < len(chosen) // 10


def test_the_generated_corpus_is_the_same_for_the_same_seed_and_without_repeats() -> None:
    first = generate(seed=3, count=50)
    assert first == generate(seed=3, count=50)
    assert len({data for _, data in first}) == 50
    assert first != generate(seed=4, count=50)
