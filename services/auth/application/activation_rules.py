"""How long activations last, and which of them ask for a code of the administration as well."""

from datetime import datetime, timedelta

from chassis.settings import AccountPolicy
from contracts.auth import Agent
from services.auth.domain.account import KeyedDigest
from services.auth.domain.activation import ActivationKind, ActivationWindow


class ActivationRules:
    def __init__(self, policy: AccountPolicy) -> None:
        self._days = policy.activation_days
        self._delay = timedelta(hours=policy.reopening_delay_hours)
        self.sensitive = frozenset(policy.sensitive_categories)
        """Categories of agents whose first activation asks for a code."""

    def first(self, account_id: str, now: datetime, days: int | None = None) -> ActivationWindow:
        """`days`: other than the setting says."""
        return ActivationWindow(account_id, ActivationKind.FIRST, now, now, now + self._life(days))

    def reopened(self, account_id: str, code: KeyedDigest, now: datetime, days: int | None = None) -> ActivationWindow:
        """Opens late enough for the holder to stop it."""
        opens_at = now + self._delay
        closes_at = opens_at + self._life(days)
        return ActivationWindow(account_id, ActivationKind.REOPENED, now, opens_at, closes_at, code)

    def needs_code(self, window: ActivationWindow, agent: Agent) -> bool:
        """A NUMEN by itself never authenticates twice, nor ever who has much to lose."""
        return window.kind == ActivationKind.REOPENED or agent.category in self.sensitive

    def _life(self, days: int | None) -> timedelta:
        return timedelta(days=days or self._days)
