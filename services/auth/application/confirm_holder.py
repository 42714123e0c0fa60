"""Who changes something that matters proves once more that they are the holder: by the current password."""

from pydantic import SecretStr

from contracts.account import Holder
from contracts.errors import ServiceError
from services.auth.application.check_password import refuse
from services.auth.application.guard import Attempt, Factor, Guard, Guess
from services.auth.application.ports import Clock, Hasher, Store
from services.auth.application.sessions import Sessions
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.digests import KeyRing
from services.auth.domain.password_policy import is_too_long, normalise_password
from services.auth.domain.trail import Action, By, Entry


class ConfirmHolder:
    def __init__(
        self, store: Store, hasher: Hasher, keys: KeyRing, guard: Guard, sessions: Sessions, clock: Clock
    ) -> None:
        self._store = store
        self._hasher = hasher
        self._keys = keys
        self._guard = guard
        self._sessions = sessions
        self._clock = clock

    def __call__(self, holder: Holder, current: SecretStr) -> Account:
        """The account of the live session that asks, as it was when its password was verified. Raises ServiceError
        not-found when the session is no longer there, bad-credentials, or slow-down. Takes as long as a hash does: call
        it outside of transactions."""
        attempt, account = self._begin(holder)
        confirmed = self._checked(attempt, account, current.get_secret_value())
        with self._store.begin() as tx:
            if confirmed:
                attempt.succeeded(tx)
            else:
                failure = Entry(Action.PASSWORD_CHECK_FAILED, holder.account_id, By.UNKNOWN, holder.client)
                record(tx, self._keys, self._clock(), failure)
        if not confirmed:
            refuse()
        return account

    def _begin(self, holder: Holder) -> tuple[Attempt, Account]:
        with self._store.begin() as tx:
            account = self._sessions.of(tx, holder).account
            guess = Guess(Factor.CURRENT_PASSWORD, holder.account_id, holder.client, holder.account_id)
            return self._guard.begin_held(tx, guess, holder.session_id, self._clock()), account

    def _checked(self, attempt: Attempt, account: Account, password: str) -> bool:
        """A check that no hash came free for, or that outlived its deadline, is nobody's wrong guess."""
        if account.password_hash is None or is_too_long(password):
            return False
        try:
            return self._hasher.verify(account.password_hash, normalise_password(password), ahead=attempt.ahead)
        except ServiceError:
            with self._store.begin() as tx:
                attempt.came_to_nothing(tx)
            raise
