"""Where the trail stands: what is noted outside of the database, so that a trail that was cut shows."""

from services.auth.application.ports import Store
from services.auth.domain.trail import TrailHead

EVERY_SECONDS = 3_600


class TrailPosition:
    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self) -> TrailHead:
        with self._store.begin() as tx:
            return tx.trail_head()
