"""Argon2id, bounded: so many hashes at a time, and nobody waits longer than their deadline."""

import secrets
from math import ceil

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import hash_secret_raw

from services.auth.adapters.bounded import Bounded
from services.auth.application.ports import Run, in_place

MAX_WAIT_SECONDS = 30.0
MAX_WAITING = 200
_A_CROWD = 4
_A_LONG_WAIT_SECONDS = 1.5
_LEAST_MEMORY_KIB = 8
_RAW_BYTES = 32


class Argon2Hasher:
    """`run` executes a blocking function off the loop: argon2 gives up the interpreter's lock while it works, so a
    thread is enough. `threads` bounds memory: each hash takes `memory_kib`."""

    def __init__(
        self,
        *,
        time_cost: int,
        memory_kib: int,
        threads: int,
        run: Run = in_place,
    ) -> None:
        self._argon2 = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._bounded = Bounded("hashes", at_once=threads, waiting=MAX_WAITING, wait_seconds=MAX_WAIT_SECONDS)
        self._crowd = _A_CROWD * threads
        self._run = run
        self._cost = time_cost * memory_kib
        self._dummy = self._argon2.hash(secrets.token_bytes(32))

    @property
    def dummy(self) -> str:
        return self._dummy

    def hash(self, password: str) -> str:
        return self._bounded(lambda: self._run(lambda: self._argon2.hash(_bytes(password))), ahead=True)

    def is_crowded(self) -> bool:
        waiting, seconds = self._bounded.waiting_behind
        return waiting >= self._crowd or seconds >= _A_LONG_WAIT_SECONDS

    def is_outdated(self, password_hash: str) -> bool:
        return _cost_of(password_hash) < self._cost

    def verify(self, password_hash: str, password: str, *, ahead: bool = False) -> bool:
        def matches() -> bool:
            try:
                return self._argon2.verify(password_hash, _bytes(password))
            except (VerificationError, InvalidHashError):
                return False
            finally:
                self._spend(self._cost - _cost_of(password_hash))

        return self._bounded(lambda: self._run(matches), ahead=ahead)

    def _spend(self, cost: int) -> None:
        """What an older hash lacks of today's work: or it would answer sooner than that of nobody."""
        if cost <= 0:
            return
        passes = ceil(cost / self._argon2.memory_cost)
        memory_kib = max(_LEAST_MEMORY_KIB, cost // passes)
        hash_secret_raw(bytes(8), bytes(8), passes, memory_kib, 1, _RAW_BYTES, Type.ID)


def _cost_of(password_hash: str) -> int:
    """KiB passed over; 0 for what is no hash."""
    try:
        parameters = extract_parameters(password_hash)
    except InvalidHashError:
        return 0
    return parameters.time_cost * parameters.memory_cost


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
