"""Tries at signing in and at recovery, one after the other, the kinds interleaved by chance."""

import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from typing import TypeVar

from pydantic import SecretStr

from contracts.auth import Credentials, SolvedChallenge
from contracts.recovery import Identification
from services.auth.domain.challenge import new_challenge
from services.auth.domain.digests import KeyRing
from tests.timing.doors import Door
from tests.timing.people import Person

WARM_UP = 10
WRONG = SecretStr("mauvais mot de passe")

Request = TypeVar("Request")


@dataclass(frozen=True, slots=True)
class Trial:
    """answer: all that the caller is told, but for what is drawn by chance each time."""

    kind: str
    seconds: float
    answer: str


class Trials:
    """`rounds` of one try of each kind, in an order drawn for each round. Displayed codes are read with the system's
    own key."""

    def __init__(self, door: Callable[[], Door], hmac_key: str, everybody: Sequence[Person], seed: int) -> None:
        self._door = door
        self._keys = KeyRing((bytes.fromhex(hmac_key),))
        self._everybody = everybody
        self._chance = random.Random(seed)

    async def of_sign_in(self, rounds: int) -> list[Trial]:
        """With a password that is nobody's."""
        async with self._door() as door:
            return await self._run(rounds, _credentials, door.sign_in)

    async def of_recovery(self, rounds: int) -> list[Trial]:
        """With the person's own NUMEN and birth date."""
        async with self._door() as door:
            return await self._run(rounds, self._identification, door.identify)

    async def _run(
        self,
        rounds: int,
        prepare: Callable[[Person], Request],
        ask: Callable[[Request], Awaitable[str]],
    ) -> list[Trial]:
        """What is asked is put together before the clock runs."""
        plan, trials = self._plan(rounds), []
        for person in plan[:WARM_UP]:
            await ask(prepare(person))
        for person in plan:
            request = prepare(person)
            begun = time.perf_counter()
            answer = await ask(request)
            trials.append(Trial(person.kind, time.perf_counter() - begun, answer))
        return trials

    def _plan(self, rounds: int) -> list[Person]:
        kinds = dict.fromkeys(person.kind for person in self._everybody)
        turns = [cycle([person for person in self._everybody if person.kind == kind]) for kind in kinds]
        plan: list[Person] = []
        for _ in range(rounds):
            one_round = [next(turn) for turn in turns]
            self._chance.shuffle(one_round)
            plan += one_round
        return plan

    def _identification(self, person: Person) -> Identification:
        challenge = new_challenge(self._keys, 0, datetime.now(UTC))
        return Identification(
            numen=SecretStr(person.numen),
            birth_date=SecretStr(person.birth_date),
            solved=SolvedChallenge(token=challenge.token, typed=challenge.code, nonce=""),
        )


def _credentials(person: Person) -> Credentials:
    return Credentials(login=person.login, password=WRONG)


def times(trials: Sequence[Trial]) -> dict[str, list[float]]:
    """Seconds, by kind, in the order of the rounds."""
    kinds = sorted({trial.kind for trial in trials})
    return {kind: [trial.seconds for trial in trials if trial.kind == kind] for kind in kinds}


def answers(trials: Sequence[Trial]) -> set[str]:
    """Every answer that was given, to whichever kind."""
    return {trial.answer for trial in trials}
