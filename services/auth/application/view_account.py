"""An account, as its holder may see it."""

from contracts.account import AccountRequest, AccountView
from services.auth.application.ports import Store
from services.auth.application.recovery_means import means_of
from services.auth.application.sessions import Sessions
from services.auth.domain.digests import KeyRing


class ViewAccount:
    def __init__(self, store: Store, keys: KeyRing, sessions: Sessions) -> None:
        self._store = store
        self._keys = keys
        self._sessions = sessions

    def __call__(self, request: AccountRequest) -> AccountView:
        """Raises ServiceError not-found."""
        with self._store.begin() as tx:
            account = self._sessions.of(tx, request.holder).account
            changed_at = account.password_changed_at
            return AccountView(
                agent=account.agent,
                short_login=account.short_login,
                password_changed_at=changed_at.timestamp() if changed_at else 0.0,
                means=means_of(tx, self._keys, account.agent.account_id),
                reopening=tx.reopening(account.agent.account_id),
            )
