"""Argon2id, bounded: so many hashes at a time, and nobody waits longer than their deadline."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.auth.adapters.bounded import Bounded
from services.auth.application.ports import Run, in_place

MAX_WAIT_SECONDS = 30.0
MAX_WAITING = 200


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
        self._run = run
        self._dummy = self._argon2.hash(secrets.token_bytes(32))

    @property
    def dummy(self) -> str:
        return self._dummy

    def hash(self, password: str) -> str:
        return self._bounded(lambda: self._run(lambda: self._argon2.hash(_bytes(password))))

    def verify(self, password_hash: str, password: str) -> bool:
        def matches() -> bool:
            try:
                return self._argon2.verify(password_hash, _bytes(password))
            except (VerificationError, InvalidHashError):
                return False

        return self._bounded(lambda: self._run(matches))


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
