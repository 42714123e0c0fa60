"""What an operator does about quotas: shows and sets an account's limits, and proves the sums."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from chassis.db import Transaction
from services.mail.application.ports import UnknownAccountError
from services.mail.application.rows import QuotaLimits, QuotaRow
from services.mail.application.spool import Transactions

ACCOUNTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Drift:
    """The kept sums of an account less what its emails come to: (0, 0) unless something wrote past the store."""

    octets: int
    emails: int


class Quotas(Protocol):
    """The last three raise UnknownAccountError, and hold the account's lock until `tx` ends where they write."""

    def account_of(self, tx: Transaction, address: str) -> str | None: ...

    def accounts(self, tx: Transaction, after: str, limit: int) -> list[str]:
        """In order of their ids."""
        ...

    def rows(self, tx: Transaction, account_id: str, limits: QuotaLimits) -> list[QuotaRow]: ...

    def limit(self, tx: Transaction, account_id: str, octets: int | None, emails: int | None) -> None:
        """The account's own limits from now on; None: the institution's."""
        ...

    def recount(self, tx: Transaction, account_id: str, *, mend: bool) -> Drift: ...


class ManageQuotas:
    """`limits`: the institution's."""

    def __init__(self, database: Transactions, quotas: Quotas, limits: QuotaLimits) -> None:
        self._database = database
        self._quotas = quotas
        self._limits = limits

    def show(self, address: str) -> list[QuotaRow]:
        """Raises UnknownAccountError."""
        with self._database.transaction() as tx:
            return self._quotas.rows(tx, self._account(tx, address), self._limits)

    def limit(self, address: str, octets: int | None, emails: int | None) -> None:
        """Raises UnknownAccountError."""
        with self._database.transaction() as tx:
            self._quotas.limit(tx, self._account(tx, address), octets, emails)

    def recount(self, *, mend: bool) -> Iterator[tuple[str, Drift]]:
        """Each account with its drift, one short transaction an account: exact, whatever is written meanwhile."""
        after = ""
        while accounts := self._some_accounts(after):
            for account_id in accounts:
                with self._database.transaction() as tx:
                    drift = self._quotas.recount(tx, account_id, mend=mend)
                yield account_id, drift
            after = accounts[-1]

    def _some_accounts(self, after: str) -> list[str]:
        with self._database.transaction() as tx:
            return self._quotas.accounts(tx, after, ACCOUNTS_AT_ONCE)

    def _account(self, tx: Transaction, address: str) -> str:
        account_id = self._quotas.account_of(tx, address)
        if account_id is None:
            raise UnknownAccountError
        return account_id
