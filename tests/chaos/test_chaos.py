"""A short run of the kills, and the mutant that it must catch, on one private system."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.programs import Program
from deploy.local.system import System, erase
from tests.chaos.killer import SERVERS
from tests.chaos.ledger import Ledger
from tests.chaos.run import Outcome, ill_treat, tell
from tests.chaos.system import LISTENER, Patient, options

SEED = 20261123
SECONDS = 20.0
MUTANT = Program("mail-smtp-mutant", "tests.chaos.mutant_smtp", "mail")
MUTANT_SECONDS = 6.0


@pytest.fixture(scope="module")
def patient(test_home: Path) -> Iterator[Patient]:
    with System(options(test_home / secrets.token_hex(3), mutant=False, besides=(MUTANT,))) as system:
        system.up()
        system.stop(MUTANT.name)
        patient = Patient(system, agents=2)
        patient.wait_until_known()
        yield patient
    erase(system.layout)


def test_every_message_answered_250_is_there_exactly_once(patient: Patient) -> None:
    outcome = ill_treat(patient, seconds=SECONDS, seed=SEED, left_out=(MUTANT.name,))
    assert outcome.verdict.holds, tell(outcome, SEED)
    assert outcome.verdict.answers["accepted"] > 100
    assert outcome.kills.keys() >= {*SERVERS, "mail-smtp", "mail-delivery", "mail-outbox"}


def test_a_listener_that_answers_before_its_commit_is_caught(patient: Patient) -> None:
    patient.system.stop(LISTENER)
    patient.system.start(MUTANT.name)
    for attempt in range(3):
        outcome = _with_mutant(patient, SEED + attempt)
        if outcome.verdict.lost:
            return
    pytest.fail(f"three runs with the mutant lost nothing:\n{tell(outcome, SEED)}")


def _with_mutant(patient: Patient, seed: int) -> Outcome:
    return ill_treat(patient, seconds=MUTANT_SECONDS, seed=seed, roles=(MUTANT.name,), left_out=(LISTENER,))


def test_the_ledger_tells_each_fault_from_the_others() -> None:
    ledger = Ledger()
    for answer in ("accepted", "accepted", "unanswered", "refused", "accepted"):
        ledger.answer(ledger.begin(("a", "b")), answer)
    everything = [0, 1, 2, 4]
    assert ledger.judge({"a": everything, "b": [0, 1, 4]}).holds
    verdict = ledger.judge({"a": [0, 0, 1, 3, 7], "b": everything})
    assert verdict.lost == (("a", 4),)
    assert verdict.repeated == (("a", 0),)
    assert verdict.unasked == (("a", 3), ("a", 7))
