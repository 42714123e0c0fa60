"""Events, put into the outbox."""

from chassis.outbox import enqueue_all
from contracts.base import Event
from services.auth.adapters.store.tables import Tables


class EventTables(Tables):
    def publish(self, *events: Event) -> None:
        enqueue_all(self._tx, events)

    def is_waiting(self, event_type: type[Event]) -> bool:
        return self._tx.one("SELECT 1 FROM outbox WHERE routing_key = %s LIMIT 1", (event_type.type,)) is not None
