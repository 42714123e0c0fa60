"""Suspends, restores and closes accounts, for the administration. What the account had stays; what it opened ends."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from contracts.auth import AccountChanged, AccountState
from services.auth.application.account_events import announce
from services.auth.application.new_password import personal_of
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.shut_out import shut_out
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.address import normalise_login
from services.auth.domain.digests import KeyRing
from services.auth.domain.operator_words import parse_operator, parse_reason
from services.auth.domain.trail import Action, By, Entry


class RefusedChangeError(ValueError):
    """Why the account stays as it is, in French."""


@dataclass(frozen=True, slots=True)
class Act:
    """`state`: what the account becomes; None: active if it has a password, never activated otherwise. `since`: what it
    may be before."""

    action: Action
    since: Collection[AccountState]
    state: AccountState | None


SUSPEND = Act(Action.SUSPENDED, ("never_activated", "active"), "suspended")
DEPART = Act(Action.DEPARTED, ("never_activated", "active", "suspended"), "departed")
RESTORE = Act(Action.RESTORED, ("suspended", "departed"), None)


@dataclass(frozen=True, slots=True)
class ChangedState:
    """`changed`: False when the account was so already."""

    state: AccountState
    changed: bool
    sessions_ended: int = 0


class ChangeState:
    def __init__(self, store: Store, keys: KeyRing, clock: Clock, domain: str) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._domain = domain

    def __call__(self, act: Act, address: str, *, operator: str, reason: str = "") -> ChangedState:
        """Raises RefusedChangeError, or RefusedWordsError for what the operator said."""
        details = {"operator": parse_operator(operator)}
        with self._store.begin() as tx:
            account = tx.account_by_address(normalise_login(address, self._domain) or "", lock=True)
            if account is None:
                raise RefusedChangeError("aucun compte n’a cette adresse")
            said = parse_reason(reason, personal_of(account, self._keys).is_birth_date)
            state = act.state or ("active" if account.password_hash else "never_activated")
            if account.state == state:
                return ChangedState(state, changed=False)
            if account.state not in act.since:
                raise RefusedChangeError("ce compte est fermé : le rouvrir d’abord (restore)")
            entry = Entry(
                act.action,
                account.agent.account_id,
                By.ADMINISTRATION,
                details=details | ({"reason": said} if said else {}),
            )
            ended = self._change(tx, replace(account, state=state), entry)
        return ChangedState(state, changed=True, sessions_ended=ended)

    def _change(self, tx: AuthTransaction, account: Account, entry: Entry) -> int:
        """How many sessions ended."""
        account_id = account.agent.account_id
        tx.set_state(account_id, account.state)
        ended = shut_out(tx, account_id)
        announce(tx, [(AccountChanged, account)])
        record(tx, self._keys, self._clock(), entry)
        return ended
