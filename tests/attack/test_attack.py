"""A short attack on a private system."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.system import System, erase
from tests.attack import people
from tests.attack.guessers import BUSY, EVALUATED, REFUSED
from tests.attack.people import Means
from tests.attack.run import attack, tell
from tests.attack.system import options

SEED = 20261126
GUESSES, SOURCES, ACCOUNTS = 300, 4, 10
QUICK_HASHES = {"AUTH_ARGON2_TIME_COST": "1", "AUTH_ARGON2_MEMORY_KIB": "8192"}

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def attacked(test_home: Path) -> Iterator[System]:
    with System(options(test_home / secrets.token_hex(3), **QUICK_HASHES)) as system:
        system.up()
        yield system
    erase(system.layout)


def test_no_guess_succeeds_and_every_owner_gets_in(attacked: System) -> None:
    owners = people.make(attacked.environment, ACCOUNTS)
    outcome = attack(attacked, owners, guesses=GUESSES, sources=SOURCES, seed=SEED)
    assert outcome.holds, tell(outcome)
    assert sum(outcome.guesses.values()) == GUESSES
    assert outcome.guesses.keys() <= {EVALUATED, REFUSED, BUSY}, tell(outcome)
    assert outcome.guesses[REFUSED] > GUESSES // 10, tell(outcome)
    assert {arrival.means for arrival in outcome.arrivals} == set(Means)
