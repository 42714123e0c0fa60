"""Deletes what has lapsed: sessions, tickets, counted failures, notes of imports that died."""

from datetime import timedelta

from chassis.settings import AccountPolicy
from services.auth.application.ports import Clock, Store

EVERY_SECONDS = 60
_AT_MOST = 5_000


class Sweep:
    def __init__(self, store: Store, clock: Clock, policy: AccountPolicy) -> None:
        self._store = store
        self._clock = clock
        self._idle = timedelta(minutes=policy.session_idle_minutes)

    def __call__(self) -> int:
        """How many rows went; a bounded number each time."""
        now = self._clock()
        with self._store.begin() as tx:
            return tx.sweep(now, now - self._idle, _AT_MOST)
