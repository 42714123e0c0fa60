"""Opens activation anew for accounts that were never activated: their time is over, or nearly."""

from collections.abc import Mapping
from dataclasses import replace

from services.auth.application.activation_rules import ActivationRules
from services.auth.application.never_activated import Page, page_by_page
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.trail import record
from services.auth.domain.activation import Selection
from services.auth.domain.digests import KeyRing
from services.auth.domain.operator_words import parse_operator
from services.auth.domain.trail import Action, By, Entry


class OpenActivations:
    def __init__(self, store: Store, keys: KeyRing, clock: Clock, rules: ActivationRules) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._rules = rules

    def __call__(self, selection: Selection, *, operator: str, days: int | None = None) -> int:
        """How many were opened, each for `days` (None: the setting) from now on. Codes that were handed out go on.
        Raises RefusedWordsError for what the operator said."""
        details = {"operator": parse_operator(operator)}

        def open_page(tx: AuthTransaction, page: Page) -> int:
            self._open(tx, page, details, days)
            return len(page)

        return sum(page_by_page(self._store, selection, open_page))

    def _open(self, tx: AuthTransaction, page: Page, details: Mapping[str, str], days: int | None) -> None:
        now = self._clock()
        fresh = [(self._rules.first(account.agent.account_id, now, days), old) for account, old in page]
        tx.put_activations(
            [replace(new, code=old.code, code_failures=old.code_failures) if old else new for new, old in fresh]
        )
        entries = (
            Entry(Action.ACTIVATION_OPENED, new.account_id, By.ADMINISTRATION, details=details) for new, _ in fresh
        )
        record(tx, self._keys, now, *entries)
