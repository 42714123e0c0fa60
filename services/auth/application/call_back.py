"""Opens a new activation of an active account, once an operator has called the holder at the number in the personnel
file. It takes effect late enough for the holder to stop it, if somebody else answered."""

from datetime import datetime

from services.auth.application.account_events import announce_view
from services.auth.application.activation_rules import ActivationRules
from services.auth.application.hand_out_codes import HandedOut
from services.auth.application.notices import owe
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.address import normalise_login
from services.auth.domain.digests import KeyRing
from services.auth.domain.notice import NoticeKind
from services.auth.domain.operator_words import parse_operator
from services.auth.domain.paper_code import new_paper_code, parse_paper_code
from services.auth.domain.trail import Action, By, Entry


class RefusedCallBackError(ValueError):
    """Why no activation can be opened again, in French."""


class CallBack:
    def __init__(self, store: Store, keys: KeyRing, clock: Clock, rules: ActivationRules, domain: str) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._rules = rules
        self._domain = domain

    def __call__(self, address: str, *, operator: str, days: int | None = None) -> HandedOut:
        """The code to dictate. One that was asked for before is replaced, and its delay begins anew. Raises
        RefusedCallBackError, or RefusedWordsError for what the operator said."""
        said = parse_operator(operator)
        with self._store.begin() as tx:
            account = tx.account_by_address(normalise_login(address, self._domain) or "", lock=True)
            if account is None:
                raise RefusedCallBackError("aucun agent n’a cette adresse")
            if account.state == "never_activated":
                raise RefusedCallBackError("ce compte n’a jamais été activé : commande open, puis code s’il en faut un")
            if account.state != "active":
                raise RefusedCallBackError("ce compte est suspendu ou fermé")
            return self._reopen(tx, account, said, days, self._clock())

    def _reopen(
        self, tx: AuthTransaction, account: Account, operator: str, days: int | None, now: datetime
    ) -> HandedOut:
        account_id = account.agent.account_id
        code = new_paper_code()
        digest = self._keys.activation_code(account_id, parse_paper_code(code))
        window = self._rules.reopened(account_id, digest, now, days)
        tx.end_activation(account_id)
        tx.put_activations([window])
        announce_view(tx, account_id)
        owe(tx, NoticeKind.REOPENING_ASKED, account_id, now)
        details: dict[str, str | int] = {"operator": operator, "opens_at": int(window.opens_at.timestamp())}
        record(tx, self._keys, now, Entry(Action.REOPENING_ASKED, account_id, By.ADMINISTRATION, details=details))
        return HandedOut(account, code, window.opens_at, window.closes_at)
