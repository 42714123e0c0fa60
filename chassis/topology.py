"""Names and arguments of everything declared on the broker, in one place: whoever declares a queue a second time must
give the very same arguments."""

from typing import Any

RPC_EXCHANGE = "nameko-rpc"
"""Durable topic exchange of nameko's RPC: requests go to `<service>.<method>`, replies to the caller's own key."""

RPC_QUEUE_EXPIRES_MS = 5_000
"""A service gone for longer than this loses its queue, and calls to it fail at once instead of at their deadline."""

RPC_QUEUE_MAX_LENGTH = 5_000
DELIVERY_LIMIT = 10
"""How often the broker hands out an event that its consumer never acknowledges (crashes), before it is set aside."""

Arguments = dict[str, Any]


def rpc_queue(service: str) -> str:
    return f"rpc-{service}"


def rpc_queue_arguments() -> Arguments:
    return {
        "x-expires": RPC_QUEUE_EXPIRES_MS,
        "x-max-length": RPC_QUEUE_MAX_LENGTH,
        "x-overflow": "reject-publish",
    }


def publisher_of(event_type: str) -> str:
    """The service that publishes an event type: its first word."""
    return event_type.partition(".")[0]


def exchange_of(service: str) -> str:
    return f"{service}.events"


def event_exchange(event_type: str) -> str:
    return exchange_of(publisher_of(event_type))


def event_queue(consumer: str, event_type: str) -> str:
    return f"{consumer}.{event_type}"


def dead_queue(queue: str) -> str:
    return f"{queue}.dead"


def retry_queue(consumer: str, delay_ms: int) -> str:
    """Also the name of the fanout exchange that leads to it: the routing key stays that of the queue to return to."""
    return f"{consumer}.retry.{delay_ms}ms"


def event_queue_arguments(queue: str) -> Arguments:
    return _durable_dead_lettering("") | {
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-routing-key": dead_queue(queue),
    }


def dead_queue_arguments() -> Arguments:
    return {"x-queue-type": "quorum"}


def retry_queue_arguments(delay_ms: int) -> Arguments:
    return _durable_dead_lettering("") | {"x-message-ttl": delay_ms}


def _durable_dead_lettering(exchange: str) -> Arguments:
    """Quorum queues only forget a dead-lettered message once its next queue has it, given these three together."""
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
