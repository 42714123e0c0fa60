"""The accounts, their addresses and their numbered events."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from contracts.auth import AccountState
from services.auth.domain.account import Account


class Accounts(Protocol):
    def account(self, account_id: str, *, lock: bool = False) -> Account | None: ...

    def account_by_address(self, address: str, *, lock: bool = False) -> Account | None: ...

    def account_by_login(self, address: str, short_login: str) -> Account | None:
        """By either; the address counts before the other. One query, whatever there is."""
        ...

    def accounts_after(self, address: str, limit: int) -> list[Account]:
        """The next accounts in the order of their addresses."""
        ...

    def accounts_by_numen(self, digests: Sequence[bytes]) -> dict[bytes, Account]:
        """Those that exist, by the digest they are stored under, locked."""
        ...

    def add_accounts(self, accounts: Sequence[Account]) -> None: ...

    def change_identities(self, accounts: Sequence[Account]) -> None:
        """Writes names, category, establishment and digests; never address, state or password."""
        ...

    def set_password(self, account_id: str, password_hash: str, now: datetime) -> None:
        """Also makes the account active."""
        ...

    def set_state(self, account_id: str, state: AccountState) -> None: ...

    def replace_hash(self, account_id: str, known: str, renewed: str) -> None:
        """Another hash of the same password; nothing when the hash is no longer the known one."""
        ...

    def last_numbers(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """Reserves so many more numbers for each base of an address; the last one reserved, by base."""
        ...

    def claim_addresses(self, claims: Sequence[tuple[str, str]]) -> set[str]:
        """(address, account id): enters them in the ledger; those that were still free."""
        ...

    def next_sequences(self, count: int) -> int:
        """Takes `count` numbers for account events and returns the first; others wait until this commits."""
        ...

    def last_sequence(self) -> int: ...
