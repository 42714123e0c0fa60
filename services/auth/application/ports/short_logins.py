"""Short identifiers: like addresses, given once and never again."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class ShortLogins(Protocol):
    def last_short_numbers(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """Reserves so many more numbers for each base; the last one reserved, by base."""
        ...

    def claim_short_logins(self, claims: Sequence[tuple[str, str]], domain: str) -> set[str]:
        """(short identifier, account id): enters them in the ledger; those that were still free, also as the local part
        of an address."""
        ...

    def is_short_login(self, text: str) -> bool:
        """Whether it was ever given."""
        ...
