"""Counts failed sign-ins before the work is done, and takes the count back when it succeeded: concurrent guesses can't
slip through together."""

from dataclasses import dataclass
from datetime import datetime

from contracts.errors import ErrorCode, ServiceError
from services.auth.application.ports import AuthTransaction
from services.auth.domain import throttling
from services.auth.domain.digests import KeyRing
from services.auth.domain.network_source import network_source


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in under way."""

    by_account: bytes
    by_source: bytes

    def succeeded(self, tx: AuthTransaction) -> None:
        tx.forgive(self.by_account)
        tx.forgive(self.by_source, 1)

    def came_to_nothing(self, tx: AuthTransaction) -> None:
        """Nobody learned whether the password is right: what this attempt counted goes, earlier failures stay."""
        tx.forgive(self.by_account, 1)
        tx.forgive(self.by_source, 1)


def begin_attempt(tx: AuthTransaction, keys: KeyRing, login: str, source: str, now: datetime) -> tuple[Attempt, float]:
    """The attempt, and for how many seconds it must wait: 0.0 to go on. Says nothing of whether the login exists."""
    network = network_source(source)
    attempt = Attempt(keys.bucket("account", login, network), keys.bucket("source", network))
    until = now + throttling.WINDOW
    wait = 0.0
    for bucket, limit in (
        (attempt.by_account, throttling.PER_ACCOUNT_AND_SOURCE),
        (attempt.by_source, throttling.PER_SOURCE),
    ):
        failures, forgotten_at = tx.count_failure(bucket, now, until)
        if failures > limit:
            wait = max(wait, (forgotten_at - now).total_seconds())
    return attempt, wait


def slow_down(wait_seconds: float) -> ServiceError:
    details: dict[str, object] = {"retry_after": max(1, round(wait_seconds))}
    return ServiceError(ErrorCode.SLOW_DOWN, "too many failures", retryable=True, details=details)
