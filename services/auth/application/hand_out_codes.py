"""Makes the one-time codes that the administration hands out for a first activation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from services.auth.application.activation_rules import ActivationRules
from services.auth.application.never_activated import Page, page_by_page
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.activation import Selection
from services.auth.domain.digests import KeyRing
from services.auth.domain.operator_words import parse_operator
from services.auth.domain.paper_code import new_paper_code, parse_paper_code
from services.auth.domain.trail import Action, By, Entry


@dataclass(frozen=True, slots=True)
class HandedOut:
    """code: as it is printed or dictated; from now on nobody but its holder knows it. Serves from opens_at until
    closes_at."""

    account: Account
    code: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """closed: how many accounts got none, since their time to activate is over."""

    codes: list[HandedOut]
    closed: int


class HandOutCodes:
    def __init__(self, store: Store, keys: KeyRing, clock: Clock, rules: ActivationRules) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._rules = rules

    def __call__(self, selection: Selection, *, operator: str) -> Iterator[Batch]:
        """A new code for each account of the selection that needs one; earlier ones are void. A batch is all that is in
        memory. Raises RefusedWordsError for what the operator said."""
        details = {"operator": parse_operator(operator)}

        def hand_out(tx: AuthTransaction, page: Page) -> Batch:
            return self._hand_out(tx, page, details)

        return page_by_page(self._store, self._sensitive(selection), hand_out)

    def _sensitive(self, selection: Selection) -> Selection:
        asked = self._rules.sensitive if selection.categories is None else set(selection.categories)
        return replace(selection, categories=tuple(sorted(self._rules.sensitive & asked)))

    def _hand_out(self, tx: AuthTransaction, page: Page, details: Mapping[str, str]) -> Batch:
        now = self._clock()
        handed_out: list[HandedOut] = []
        windows = []
        for account, window in page:
            if window is None or not window.is_open(account.state, now):
                continue
            code = new_paper_code()
            digest = self._keys.activation_code(account.agent.account_id, parse_paper_code(code))
            windows.append(replace(window, code=digest, code_failures=0))
            handed_out.append(HandedOut(account, code, window.opens_at, window.closes_at))
        tx.put_activations(windows)
        entries = (
            Entry(Action.CODE_PRINTED, window.account_id, By.ADMINISTRATION, details=details) for window in windows
        )
        record(tx, self._keys, now, *entries)
        return Batch(handed_out, len(page) - len(handed_out))
