"""Durable events of other services, taken in by a nameko service.

    from chassis import green  # noqa: F401,I001  must be first
    from chassis.events import EventService, on_event
    from chassis.serve import serve

    class MailEvents(EventService):
        name = "mail-events"
        # class attribute `db: Database`, set by main() before serve()

        @on_event(AccountCreated, consumer="mail")
        def account_created(self, event: AccountCreated, tx: Transaction) -> None:
            open_mailbox(tx, event.agent)

Delivery is at least once, the effect exactly once: `tx` also holds the row that says "seen" and commits before the
event is acknowledged. Events may arrive in another order than they were published in: handlers must not mind.
A handler that raises is tried again after 1, 10, 60, 60 … s, 8 times in all, then the event goes to `<queue>.dead`
(`python -m chassis.dead` lists and replays those). An outage of the database is not the event's fault: it is retried
for as long as it lasts. An event that does not fit its contract goes to `<queue>.dead` at once.
Never do anything in a handler that the transaction cannot undo; use chassis.outbox for what must follow.
asyncio processes listen to broadcasts by chassis.broadcast.listen_broadcast.
"""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from nameko.extensions import register_entrypoint

from chassis.db import Database, Transaction
from chassis.event_consumer import EventEntrypoint
from chassis.event_wire import RetryPolicy
from contracts.base import Event

E = TypeVar("E", bound=Event)
Handler = Callable[[Any, E, Transaction], None]


class EventService:
    """Base of a nameko service class with event handlers."""

    name: ClassVar[str]
    db: ClassVar[Database]
    retries: ClassVar[RetryPolicy] = RetryPolicy()


def on_event(event: type[E], *, consumer: str) -> Callable[[Handler[E]], Handler[E]]:
    """Calls the method with each event of that type, once. `consumer` is the service's name in `Event.consumers`."""
    if consumer not in event.consumers:
        raise TypeError(f"{event.type} does not name {consumer} among its consumers")

    def register(handler: Handler[E]) -> Handler[E]:
        register_entrypoint(handler, EventEntrypoint(event, consumer))
        return handler

    return register
