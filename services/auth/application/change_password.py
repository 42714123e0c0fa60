"""The holder chooses another password: every session ends, and the one they ask from goes on under a new token."""

from contracts.account import PasswordChange
from contracts.auth import SignedIn
from contracts.errors import ErrorCode, ServiceError
from services.auth.application.confirm_holder import ConfirmHolder
from services.auth.application.new_password import NewPassword
from services.auth.application.ports import Clock, Store
from services.auth.application.sessions import Sessions
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.digests import KeyRing
from services.auth.domain.trail import Action, By, Entry


class ChangePassword:
    def __init__(
        self,
        store: Store,
        keys: KeyRing,
        confirm_holder: ConfirmHolder,
        new_password: NewPassword,
        sessions: Sessions,
        clock: Clock,
    ) -> None:
        self._store = store
        self._keys = keys
        self._confirm_holder = confirm_holder
        self._new_password = new_password
        self._sessions = sessions
        self._clock = clock

    def __call__(self, request: PasswordChange) -> SignedIn:
        """Raises ServiceError not-found, bad-credentials, slow-down, or weak-password with `advice`."""
        account = self._confirm_holder(request.holder, request.current)
        password_hash = self._new_password.check(account, request.password.get_secret_value())
        return self._change(request, account, password_hash)

    def _change(self, request: PasswordChange, account: Account, password_hash: str) -> SignedIn:
        """Under the account's lock the session is looked up again: had the password or the state changed while hashes
        were made, it would have ended."""
        holder = request.holder
        with self._store.begin() as tx:
            current = tx.account(account.agent.account_id, lock=True)
            if current is None:
                raise ServiceError(ErrorCode.NOT_FOUND)
            shared = self._sessions.of(tx, holder).shared
            client = holder.client.model_copy(update={"shared": shared})
            signed_in = self._new_password.put(tx, current, password_hash, client)
            done = Entry(Action.PASSWORD_CHANGED, holder.account_id, By.AGENT, client)
            record(tx, self._keys, self._clock(), done)
        return signed_in
