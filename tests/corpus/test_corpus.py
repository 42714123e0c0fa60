"""A corpus of real mail through the whole system, or one that is broken in the same ways where none is at hand."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

from deploy.local.layout import CHECKOUT
from tests.corpus.generate import generate
from tests.corpus.post import Message
from tests.corpus.read import REAL, messages
from tests.corpus.send import Target, tell, through, wait_until_known
from tests.infra.processes import Processes

EVERY = 8
GENERATED = 150
PARTS = (
    *("auth-rpc", "auth-outbox", "gateway"),
    *("mail-parser", "mail-rpc", "mail-events", "mail-outbox", "mail-smtp", "mail-delivery"),
)


def corpus() -> list[Message]:
    """CORPUS, all of it; else some of the real one that stands beside the checkout; and generated ones."""
    if named := os.environ.get("CORPUS"):
        return list(messages(Path(named)))
    real = list(messages(REAL))[::EVERY] if REAL.exists() else []
    return real + generate(seed=7, count=GENERATED)


def test_accepted_is_stored_is_listed_and_every_byte_comes_back(processes: Processes) -> None:
    password, address = secrets.token_urlsafe(16), "corpus.test@ac-montpellier.example"
    with processes(*PARTS) as system:
        environment = system.environment
        subprocess.run(
            [sys.executable, "-m", "services.auth.cli", "agent", "--address", address],
            cwd=CHECKOUT,
            env=environment | {"PASSWORD": password},
            stdout=subprocess.DEVNULL,
            timeout=60,
            check=True,
        )
        host, port = environment["SMTP_HOST"], int(environment["SMTP_PORT"])
        wait_until_known(host, port, address)
        chosen = corpus()
        result = through(Target(host, port, system.addresses.web, address, password), chosen, connections=4)
    print(tell(result))
    assert not result.posted.refused
    assert result.holds, tell(result)
    assert len(result.posted.accepted) == len(chosen)


def test_the_generated_corpus_is_the_same_for_the_same_seed_and_without_repeats() -> None:
    first = generate(seed=3, count=50)
    assert first == generate(seed=3, count=50)
    assert len({data for _, data in first}) == 50
    assert first != generate(seed=4, count=50)
