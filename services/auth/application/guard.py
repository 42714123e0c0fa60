"""Stands before every check that somebody could guess at.

A guess is counted as wrong before the work is done, and taken back when it was right: concurrent guesses can't slip
through together. Beyond a limit the displayed code and a proof of work are asked for, and who is known to the account
is counted apart from everybody else: others never lock anybody out. Nothing depends on whether the account exists.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import log2

from chassis.settings import ThrottlePolicy
from contracts.auth import Client, SolvedChallenge
from contracts.errors import ErrorCode
from services.auth.application.ports import AuthTransaction, DeviceKind, Refusal
from services.auth.application.trail import record
from services.auth.domain.challenge import read_challenge
from services.auth.domain.digests import KeyRing, device_hash
from services.auth.domain.network_source import network_source
from services.auth.domain.trail import MAX_USER_AGENT, Action, By, Entry

_MAX_LOGIN = 256
_MAX_DEVICE = 256
_IN_A_CROWD = timedelta(seconds=5)


class Factor(StrEnum):
    """What is guessed at. Each is counted by itself."""

    PASSWORD = "password"  # noqa: S105 - a factor's name
    NUMEN = "numen"
    CURRENT_PASSWORD = "current-password"  # noqa: S105 - a factor's name
    RECOVERY = "recovery"
    RECOVERY_CODE = "recovery-code"
    ACTIVATION_CODE = "activation-code"


@dataclass(frozen=True, slots=True)
class Guess:
    """`login`: whom the guesser names, in one spelling; what failures are counted by. `account_id`: who that is, None
    for nobody; serves to know their devices again, and for the trail."""

    factor: Factor
    login: str
    client: Client
    account_id: str | None


@dataclass(frozen=True, slots=True)
class Counter:
    """`name`: how the trail calls it. `own`: nobody but the guesser counts here. `of_login`: what counts here is about
    the one that was named."""

    name: str
    bucket: bytes
    limit: int
    own: bool = False
    of_login: bool = True


@dataclass(frozen=True, slots=True)
class Excess:
    """A counter beyond its limit."""

    counter: Counter
    failures: int
    forgotten_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail client comes from; it is known by it once it signed in."""

    account_id: str
    digest: bytes
    now: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One guess under way, counted as wrong. When it is, nothing is left to be called. `ahead`: by who is known, or
    solved a challenge; not to wait behind a crowd that guesses."""

    counters: Sequence[Counter]
    ahead: bool
    place: Place | None = None

    def succeeded(self, tx: AuthTransaction) -> None:
        """From the shared counters this guess goes and no other: they may be somebody else's."""
        tx.forget_failures([counter.bucket for counter in self.counters if counter.own])
        tx.take_back_failures([counter.bucket for counter in self.counters if not counter.own])
        if self.place is not None:
            tx.remember_device(self.place.account_id, self.place.digest, self.place.now, DeviceKind.PLACE)

    def came_to_nothing(self, tx: AuthTransaction) -> None:
        """Nobody learned whether the guess is right: it goes, earlier failures stay."""
        tx.take_back_failures([counter.bucket for counter in self.counters])


class Guard:
    """What it refuses with is a Refusal: its transaction is committed. So call it before writing anything else.

    `is_crowded`: whether the work that follows would be waited for too long. Then too more is asked for from who is not
    known, or those who guess would shut the others out by their number."""

    def __init__(self, keys: KeyRing, policy: ThrottlePolicy, is_crowded: Callable[[], bool]) -> None:
        self._keys = keys
        self._policy = policy
        self._is_crowded = is_crowded
        self._window = timedelta(minutes=policy.window_minutes)

    def begin(self, tx: AuthTransaction, guess: Guess, solved: SolvedChallenge | None, now: datetime) -> Attempt:
        """For somebody who can be shown a code. Raises Refusal challenge-required (details: difficulty)."""
        counters = self._of_device(tx, guess) or self._shared(guess)
        over, own = self._count(tx, counters, now), counters[0].own
        must_solve = bool(over) or (not own and self._is_crowded())
        if must_solve and not self._is_solved(tx, solved, self._difficulty(over), now):
            self._give_up(tx, guess, counters, over, now)
            raise challenge_required(self._difficulty(over))
        return Attempt(counters, ahead=must_solve or own)

    def begin_unasked(self, tx: AuthTransaction, guess: Guess, now: datetime) -> Attempt:
        """For a program that can be shown nothing. One that signed in before, from the same network and under the same
        name, is known. Raises Refusal slow-down (details: retry_after)."""
        place = self._place(guess)
        counters = self._of_device(tx, guess) or self._of_place(tx, guess, place) or self._shared(guess)
        self._count_or_slow_down(tx, guess, counters, now)
        if not counters[0].own and self._is_crowded():
            self._give_up(tx, guess, counters, (), now)
            raise slow_down(_IN_A_CROWD)
        known_from_now_on = Place(guess.account_id, place, now) if guess.account_id else None
        return Attempt(counters, counters[0].own, known_from_now_on)

    def begin_held(self, tx: AuthTransaction, guess: Guess, held: str, now: datetime) -> Attempt:
        """For who has something that others don't (the id of a session, the hash of a ticket): they are counted by it
        alone. Raises Refusal slow-down (details: retry_after)."""
        counters = self._own("held", guess.factor, held, self._policy.per_known_device)
        self._count_or_slow_down(tx, guess, counters, now)
        return Attempt(counters, ahead=True)

    def begin_asked(self, tx: AuthTransaction, guess: Guess, solved: SolvedChallenge, now: datetime) -> Attempt:
        """Where a code is asked for each time, whoever guesses; beyond a limit its proof of work grows. Raises Refusal
        challenge-required (details: difficulty)."""
        counters = self._shared(guess)
        over = self._count(tx, counters, now)
        if not self._is_solved(tx, solved, self._difficulty(over), now):
            self._give_up(tx, guess, counters, over, now)
            raise challenge_required(self._difficulty(over))
        return Attempt(counters, ahead=True)

    def difficulty_for(self, tx: AuthTransaction, client: Client, now: datetime) -> int:
        """Of a new challenge, while nobody said yet for which login: one that is under attack may need more."""
        counters = self._of_everybody(client)
        failures = tx.failures([counter.bucket for counter in counters], now)
        return self._difficulty(
            [Excess(counter, number, now) for counter, number in zip(counters, failures, strict=True)]
        )

    def _of_device(self, tx: AuthTransaction, guess: Guess) -> tuple[Counter, ...]:
        account_id = guess.account_id or ""
        digest = device_hash(account_id, guess.client.device.get_secret_value()[: _MAX_DEVICE + 1])
        if not tx.is_known_device(account_id, digest):
            return ()
        return self._own("device", guess.factor, digest.hex(), self._policy.per_known_device)

    def _of_place(self, tx: AuthTransaction, guess: Guess, place: bytes) -> tuple[Counter, ...]:
        if not tx.is_known_device(guess.account_id or "", place):
            return ()
        return self._own("place", guess.factor, place.hex(), self._policy.per_known_place)

    def _place(self, guess: Guess) -> bytes:
        network, program = network_source(guess.client.source), guess.client.user_agent[:MAX_USER_AGENT]
        return self._keys.bucket("place", guess.account_id or "", network, program)

    def _own(self, name: str, factor: Factor, holder: str, limit: int) -> tuple[Counter, ...]:
        return (Counter(name, self._keys.bucket(name, factor, holder), limit, own=True),)

    def _shared(self, guess: Guess) -> tuple[Counter, ...]:
        policy, factor, login = self._policy, guess.factor, guess.login[:_MAX_LOGIN]
        network = network_source(guess.client.source)
        by_both = self._keys.bucket("account-and-source", factor, login, network)
        return (
            Counter("account-and-source", by_both, policy.per_account_and_source),
            Counter("account", self._keys.bucket("account", factor, login), policy.per_account),
            *self._of_everybody(guess.client),
        )

    def _of_everybody(self, client: Client) -> tuple[Counter, ...]:
        by_source = self._keys.bucket("source", network_source(client.source))
        return (
            Counter("source", by_source, self._policy.per_source, of_login=False),
            Counter("everybody", self._keys.bucket("everybody"), self._policy.globally, of_login=False),
        )

    def _count(self, tx: AuthTransaction, counters: Sequence[Counter], now: datetime) -> list[Excess]:
        counted = tx.count_failures([counter.bucket for counter in counters], now, now + self._window)
        standing = [Excess(counter, *count) for counter, count in zip(counters, counted, strict=True)]
        return [one for one in standing if one.failures > one.counter.limit]

    def _count_or_slow_down(
        self, tx: AuthTransaction, guess: Guess, counters: Sequence[Counter], now: datetime
    ) -> None:
        over = self._count(tx, counters, now)
        if over:
            self._give_up(tx, guess, counters, over, now)
            raise slow_down(max(one.forgotten_at - now for one in over))

    def _give_up(
        self, tx: AuthTransaction, guess: Guess, counters: Sequence[Counter], over: Sequence[Excess], now: datetime
    ) -> None:
        """Nothing was tried, so nothing failed; the trail says so once for each counter and window."""
        tx.take_back_failures([counter.bucket for counter in counters])
        news = [one.counter for one in over if tx.note_refusal(one.counter.bucket)]
        record(
            tx,
            self._keys,
            now,
            *(
                Entry(
                    Action.SLOWED_DOWN,
                    guess.account_id if counter.of_login else None,
                    By.UNKNOWN,
                    guess.client,
                    {"factor": guess.factor.value, "counter": counter.name},
                )
                for counter in news
            ),
        )

    def _is_solved(self, tx: AuthTransaction, solved: SolvedChallenge | None, difficulty: int, now: datetime) -> bool:
        """One try each, right or wrong."""
        challenge = read_challenge(self._keys, solved.token, now) if solved else None
        if solved is None or challenge is None or not tx.use_challenge(challenge.digest, challenge.expires_at):
            return False
        return challenge.is_solved_by(solved, difficulty)

    def _difficulty(self, counts: Sequence[Excess]) -> int:
        doublings = max((log2(max(1.0, one.failures / one.counter.limit)) for one in counts), default=0.0)
        return min(self._policy.max_difficulty, self._policy.difficulty + int(doublings))


def challenge_required(difficulty: int) -> Refusal:
    return Refusal(ErrorCode.CHALLENGE_REQUIRED, "the displayed code is needed", details={"difficulty": difficulty})


def slow_down(wait: timedelta) -> Refusal:
    details: dict[str, object] = {"retry_after": max(1, round(wait.total_seconds()))}
    return Refusal(ErrorCode.SLOW_DOWN, "too many failures", retryable=True, details=details)
