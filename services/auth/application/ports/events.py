"""Events that leave with the transaction."""

from typing import Protocol

from contracts.base import Event


class Events(Protocol):
    def publish(self, *events: Event) -> None: ...

    def is_waiting(self, event_type: type[Event]) -> bool:
        """Whether an event of that type has not left yet."""
        ...
