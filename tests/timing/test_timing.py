"""Nobody can tell by the time that auth takes who exists; and a leak would be noticed.

An honest system fails the first test by chance once in a million runs: told apart at 0.001, over all pairs and tests
together, twice in a row. `python -m tests.timing.run` makes more tries, with hashes of their full cost.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.system import System
from tests.infra.processes import Processes
from tests.timing.distinguish import compare
from tests.timing.doors import Bus
from tests.timing.people import KINDS, UNKNOWN, people, settle
from tests.timing.place import AUTH, BESIDE, MUTANT, environment, settings_without_limits
from tests.timing.run import told_apart
from tests.timing.trials import Trial, Trials, answers, times

pytestmark = pytest.mark.integration

ROUNDS = 60
MOST_ROUNDS = 600
COST = 1, 8_192
SEED = 20_261_124

Tries = Callable[[int], Coroutine[Any, Any, list[Trial]]]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return settings_without_limits(tmp_path_factory.mktemp("timing"))


@pytest.fixture(scope="module")
def honest(processes: Processes, settings: Path) -> Iterator[Trials]:
    with processes(AUTH, *BESIDE, **environment(settings, *COST)) as system:
        yield inhabited(system)


@pytest.fixture(scope="module")
def leaky(processes: Processes, settings: Path) -> Iterator[Trials]:
    with processes(MUTANT, *BESIDE, **environment(settings, *COST)) as system:
        yield inhabited(system)


def inhabited(system: System) -> Trials:
    everybody = people()
    settle(system, everybody, *COST)
    return Trials(lambda: Bus(system.addresses.amqp_url), system.addresses.auth_hmac_key, everybody, SEED)


def tries_of(trials: Trials, what: str) -> Tries:
    return {"sign-in": trials.of_sign_in, "recovery": trials.of_recovery}[what]


@pytest.mark.parametrize("what", ["sign-in", "recovery"])
def test_neither_the_answer_nor_its_time_tells_who_exists(honest: Trials, what: str) -> None:
    for _ in range(2):
        made = asyncio.run(tries_of(honest, what)(ROUNDS))
        assert len(answers(made)) == 1
        assert times(made).keys() == set(KINDS)
        comparisons = compare(times(made))
        print(f"{what}: the least alike of {len(comparisons)}: {comparisons[0]}")
        if not (found := told_apart(comparisons)):
            return
    pytest.fail(f"told apart, twice: {found}")


@pytest.mark.parametrize("what", ["sign-in", "recovery"])
def test_a_leak_is_noticed(leaky: Trials, what: str) -> None:
    """As many rounds as a busy machine makes necessary."""
    made: list[Trial] = []
    while len(made) < MOST_ROUNDS * len(KINDS):
        made += asyncio.run(tries_of(leaky, what)(ROUNDS))
        found = told_apart(compare(times(made)))
        if any(UNKNOWN in (comparison.one, comparison.other) for comparison in found):
            return
    pytest.fail("the leak was not noticed")
