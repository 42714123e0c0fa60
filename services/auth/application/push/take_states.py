"""Notes for the subscriptions of accounts what changed there: of each type the newest state."""

from collections.abc import Sequence

from contracts.base import Event, StateChanged
from services.auth.application.ports import Clock, Store


class TakeStates:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(self, events: Sequence[Event]) -> int:
        """How many subscriptions have something to send of it. `events` in the order they came in; the same ones a
        second time change nothing but that a device may be told once more."""
        newest: dict[str, dict[str, str]] = {}
        for event in events:
            if isinstance(event, StateChanged):
                newest.setdefault(event.account_id, {}).update(event.changed)
        with self._store.begin() as tx:
            return tx.tell_push_subscriptions(newest, self._clock())
