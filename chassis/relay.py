"""Publishes a service's outbox: confirmed and, where somebody must hear it, mandatory; then deletes the row."""

from collections.abc import Sequence

from chassis.health import AsyncHealthServer
from contracts.base import Event


async def run_relay(
    database_url: str,
    amqp_url: str,
    service_name: str,
    *,
    events: Sequence[type[Event]],
    health: AsyncHealthServer | None = None,
) -> None:
    """Runs until cancelled (see chassis.aio.run). `events` are all that `service_name` publishes: the exchange and the
    queue of every consumer they name are declared before anything is published, so an event waits for a consumer that
    never ran yet. Several relays of one service may run. Each event is published at least once, with its id.
    """
    raise NotImplementedError
