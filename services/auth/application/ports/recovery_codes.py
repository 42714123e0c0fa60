"""Printed recovery codes, by their digest."""

from collections.abc import Sequence
from typing import Protocol

from services.auth.domain.account import KeyedDigest


class RecoveryCodes(Protocol):
    def replace_recovery_codes(self, account_id: str, codes: Sequence[KeyedDigest]) -> None:
        """The earlier ones are gone."""
        ...

    def is_recovery_code(self, account_id: str, candidates: Sequence[bytes]) -> bool: ...

    def take_recovery_code(self, account_id: str, candidates: Sequence[bytes]) -> bool:
        """Whether it was there; it no longer is."""
        ...

    def recovery_codes_left(self, account_id: str, key_ids: Sequence[str]) -> int:
        """Those under one of these keys."""
        ...
