"""Lists the accounts for the administration: who exists, and in which state."""

from collections.abc import Iterator

from services.auth.application.ports import Store
from services.auth.domain.account import Account

PAGE = 1_000


class ListAgents:
    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self) -> Iterator[Account]:
        """Every account in the order of the addresses, a page in memory at a time."""
        last = ""
        while True:
            with self._store.begin() as tx:
                page = tx.accounts_after(last, PAGE)
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1].agent.address
