"""« Ce n’est pas moi »: the holder stops an activation that somebody got the administration to open again."""

from contracts.account import AccountRequest
from contracts.base import Empty
from services.auth.application.account_events import announce_view
from services.auth.application.ports import Clock, Store
from services.auth.application.sessions import Sessions
from services.auth.application.trail import record
from services.auth.domain.digests import KeyRing
from services.auth.domain.trail import Action, By, Entry


class StopReopening:
    def __init__(self, store: Store, keys: KeyRing, sessions: Sessions, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._sessions = sessions
        self._clock = clock

    def __call__(self, request: AccountRequest) -> Empty:
        """Raises ServiceError not-found when the session is no longer there. Saying it twice is the same as once."""
        holder = request.holder
        with self._store.begin() as tx:
            self._sessions.of(tx, holder)
            tx.account(holder.account_id, lock=True)
            if tx.reopening(holder.account_id) is None:
                return Empty()
            tx.end_activation(holder.account_id)
            announce_view(tx, holder.account_id)
            entry = Entry(Action.REOPENING_STOPPED, holder.account_id, By.AGENT, holder.client)
            record(tx, self._keys, self._clock(), entry)
        return Empty()
