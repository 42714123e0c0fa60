"""Broadcast events for asyncio processes: each process hears all of them while it listens, none is kept for it."""

from collections.abc import Awaitable, Callable, Sequence

from contracts.base import Event


async def listen_broadcast(
    amqp_url: str,
    events: Sequence[type[Event]],
    handler: Callable[[Event], Awaitable[None]],
    *,
    on_gap: Callable[[], Awaitable[None]],
) -> None:
    """Calls `handler` with each event, one after the other, until cancelled; reconnects by itself.

    `on_gap` is called each time listening (re)starts, before the first event: what happened meanwhile is unknown, so
    drop what was cached. A handler that raises is logged; the next event follows.
    """
    raise NotImplementedError
