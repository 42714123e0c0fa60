"""Argon2id, bounded: so many hashes at a time, and nobody waits longer than their deadline."""

import secrets
import threading
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.deadline import remaining
from contracts.errors import ErrorCode, ServiceError
from services.auth.application.ports import Run, in_place

Result = TypeVar("Result")
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
        self._slots = threading.Semaphore(threads)
        self._waiting = 0
        self._run = run
        self._dummy = self._argon2.hash(secrets.token_bytes(32))

    @property
    def dummy(self) -> str:
        return self._dummy

    def hash(self, password: str) -> str:
        return self._bounded(lambda: self._argon2.hash(_bytes(password)))

    def verify(self, password_hash: str, password: str) -> bool:
        def matches() -> bool:
            try:
                return self._argon2.verify(password_hash, _bytes(password))
            except (VerificationError, InvalidHashError):
                return False

        return self._bounded(matches)

    def _bounded(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= MAX_WAITING:
            raise ServiceError(ErrorCode.UNAVAILABLE, "too many hashes wait", retryable=True)
        self._waiting += 1
        try:
            if not self._slots.acquire(timeout=min(MAX_WAIT_SECONDS, remaining())):
                raise ServiceError(ErrorCode.UNAVAILABLE, "no hash came free in time", retryable=True)
        finally:
            self._waiting -= 1
        try:
            return self._run(work)
        finally:
            self._slots.release()


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
