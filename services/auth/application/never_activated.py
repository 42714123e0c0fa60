"""Goes through the accounts that were never activated, a page in memory at a time."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from services.auth.application.ports import AuthTransaction, Store
from services.auth.domain.account import Account
from services.auth.domain.activation import ActivationWindow, Selection

Result = TypeVar("Result")

PAGE = 200

Page = list[tuple[Account, ActivationWindow | None]]


def page_by_page(
    store: Store, selection: Selection, act: Callable[[AuthTransaction, Page], Result]
) -> Iterator[Result]:
    """What `act` makes of each page, by establishment and address. The page is locked meanwhile, and commits before its
    result is given."""
    after = ("", "")
    while True:
        with store.begin() as tx:
            # An import locks its accounts in another order.
            tx.begin_import_batch()
            page = tx.never_activated_after(selection, after, PAGE)
            if not page:
                return
            result = act(tx, page)
        yield result
        last = page[-1][0].agent
        after = (last.uai, last.address)
