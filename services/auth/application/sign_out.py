"""Ends the session whose token is presented."""

from contracts.auth import Client, SessionToken
from contracts.base import Empty
from services.auth.application.ports import Clock, Store
from services.auth.application.sessions import announce_ended, hash_presented
from services.auth.application.trail import record
from services.auth.domain.digests import KeyRing
from services.auth.domain.trail import Action, By, Entry


class SignOut:
    def __init__(self, store: Store, keys: KeyRing, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    def __call__(self, request: SessionToken) -> Empty:
        """Twice is the same as once. The trail tells the device that the session was opened from."""
        digest = hash_presented(request)
        with self._store.begin() as tx:
            session = tx.session(digest)
            if session is not None and tx.end_session(digest):
                announce_ended(tx, [digest])
                client = Client(source=session.source, user_agent=session.user_agent)
                account_id = session.account.agent.account_id
                record(tx, self._keys, self._clock(), Entry(Action.SIGNED_OUT, account_id, By.AGENT, client))
        return Empty()
