"""Says how many account events exist, so that mail can tell "no such address" from "not told yet"."""

from contracts.auth import DirectoryPosition
from services.auth.application.ports import Clock, Store

EVERY_SECONDS = 10


class AnnouncePosition:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self) -> None:
        """One position at most waits to leave: while the broker is away they must not pile up, and none would be
        believed for long anyway."""
        with self._store.begin() as tx:
            if tx.is_waiting(DirectoryPosition):
                return
            tx.publish(DirectoryPosition(sequence=tx.last_sequence(), at=self._clock().timestamp()))
