"""Activation windows. The lock of an account covers its window."""

from collections.abc import Sequence
from typing import Protocol

from contracts.account import Reopening
from services.auth.domain.account import Account
from services.auth.domain.activation import ActivationWindow, Selection


class Activations(Protocol):
    def activation(self, account_id: str) -> ActivationWindow | None: ...

    def put_activations(self, windows: Sequence[ActivationWindow]) -> None:
        """Each replaces the one that its account had."""
        ...

    def end_activation(self, account_id: str) -> bool:
        """Whether there was one. Its ticket goes with it."""
        ...

    def end_reopening(self, account_id: str) -> None:
        """One that was reopened goes, and no other."""
        ...

    def reopening(self, account_id: str) -> Reopening | None:
        """What the holder of an active account is told of a new activation of it; None while there is none."""
        ...

    def never_activated_after(
        self, selection: Selection, after: tuple[str, str], limit: int
    ) -> list[tuple[Account, ActivationWindow | None]]:
        """The next ones, locked, by establishment and address; `after`: UAI and address of the last one."""
        ...
