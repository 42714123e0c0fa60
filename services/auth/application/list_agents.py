"""Lists the accounts for the administration: who exists, and in which state."""

from collections.abc import Iterator

from contracts.auth import AccountState, Agent
from services.auth.application.ports import Store

PAGE = 1_000


class ListAgents:
    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self) -> Iterator[tuple[Agent, AccountState]]:
        """Every account in the order of the addresses, a page in memory at a time."""
        last = ""
        while True:
            with self._store.begin() as tx:
                page = tx.accounts_after(last, PAGE)
            yield from ((account.agent, account.state) for account in page)
            if len(page) < PAGE:
                return
            last = page[-1].agent.address
