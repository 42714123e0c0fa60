"""An agent ends sessions of their own: one that they name, or all but the one they ask from."""

from contracts.account import AccountRequest, SessionEnding
from contracts.base import Empty
from services.auth.application.ports import Clock, Store
from services.auth.application.sessions import Sessions, announce_ended
from services.auth.application.trail import record
from services.auth.domain.digests import KeyRing, session_hash_of
from services.auth.domain.trail import Action, By, Entry


class EndSession:
    def __init__(self, store: Store, keys: KeyRing, sessions: Sessions, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._sessions = sessions
        self._clock = clock

    def __call__(self, request: SessionEnding) -> Empty:
        """What is not there, or is another's, is left as it is, and said to be done. Raises ServiceError not-found when
        the session that asks is no longer there."""
        holder, ended = request.holder, session_hash_of(request.session_id)
        with self._store.begin() as tx:
            self._sessions.of(tx, holder)
            if tx.end_session_of(holder.account_id, ended):
                announce_ended(tx, [ended])
                done = Entry(Action.SESSION_ENDED, holder.account_id, By.AGENT, holder.client)
                record(tx, self._keys, self._clock(), done)
        return Empty()


class EndOtherSessions:
    def __init__(self, store: Store, keys: KeyRing, sessions: Sessions, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._sessions = sessions
        self._clock = clock

    def __call__(self, request: AccountRequest) -> Empty:
        """Raises ServiceError not-found when the session that asks is no longer there."""
        holder = request.holder
        with self._store.begin() as tx:
            tx.account(holder.account_id, lock=True)
            own = self._sessions.of(tx, holder).session_hash
            ended = tx.end_sessions(holder.account_id, but=own)
            announce_ended(tx, ended)
            if ended:
                details = {"sessions": len(ended)}
                done = Entry(Action.SESSIONS_ENDED, holder.account_id, By.AGENT, holder.client, details)
                record(tx, self._keys, self._clock(), done)
        return Empty()
