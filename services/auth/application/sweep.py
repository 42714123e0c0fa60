"""Deletes what has lapsed: sessions, tickets, counted failures, used codes, devices that nobody saw for a year, push
subscriptions, notes of imports that died."""

from services.auth.application.ports import Clock, Store
from services.auth.application.sessions import Sessions

EVERY_SECONDS = 60
_AT_MOST = 5_000


class Sweep:
    def __init__(self, store: Store, clock: Clock, sessions: Sessions) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions

    def __call__(self) -> int:
        """How many rows went; a bounded number each time."""
        now = self._clock()
        with self._store.begin() as tx:
            return self._sessions.end_lapsed(tx, _AT_MOST) + tx.sweep(now, _AT_MOST)
