"""When the NUMEN opens a ticket, and what has to be presented besides."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from contracts.auth import AccountState
from services.auth.domain.account import KeyedDigest

MAX_CODE_FAILURES = 5


class ActivationKind(StrEnum):
    """FIRST: the account was never activated. REOPENED: the administration called the holder of an active one back."""

    FIRST = "first"
    REOPENED = "reopened"


_STATE: dict[ActivationKind, AccountState] = {
    ActivationKind.FIRST: "never_activated",
    ActivationKind.REOPENED: "active",
}


@dataclass(frozen=True, slots=True)
class ActivationWindow:
    """code: of the one-time code that goes with it, None while there is none. code_failures: wrong tries of that code;
    at MAX_CODE_FAILURES it is void."""

    account_id: str
    kind: ActivationKind
    asked_at: datetime
    opens_at: datetime
    closes_at: datetime
    code: KeyedDigest | None = None
    code_failures: int = 0

    def is_of(self, state: AccountState) -> bool:
        """Whether it can activate an account in that state."""
        return _STATE[self.kind] == state

    def is_open(self, state: AccountState, now: datetime) -> bool:
        return self.is_of(state) and self.opens_at <= now < self.closes_at

    def after_wrong_code(self) -> "ActivationWindow":
        """At the last wrong try the code goes."""
        failures = self.code_failures + 1
        return replace(self, code_failures=failures, code=self.code if failures < MAX_CODE_FAILURES else None)

    @property
    def code_tries_left(self) -> int:
        return max(0, MAX_CODE_FAILURES - self.code_failures) if self.code else 0


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the accounts that were never activated: all that match. "" and None: any."""

    address: str = ""
    uai: str = ""
    categories: tuple[str, ...] | None = None
