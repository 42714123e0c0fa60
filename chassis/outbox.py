"""Events leave by the database: the row commits with the change it tells of, and the relay publishes it afterwards."""

from collections.abc import Sequence
from uuid import uuid4

from chassis.correlation import correlation_id, new_correlation_id
from chassis.db import Transaction
from chassis.topology import event_exchange
from contracts.base import MAX_MESSAGE_BYTES, Event
from contracts.errors import ErrorCode, ServiceError

_COLUMNS = "INSERT INTO outbox (id, exchange, routing_key, mandatory, payload, correlation_id) VALUES "
_ROWS_IN_ONE_STATEMENT = 500


def enqueue(tx: Transaction, event: Event) -> str:
    """Has `event` published once `tx` commits, and never if it does not. Returns the event's id.

    Raises ServiceError too-large when its JSON exceeds MAX_MESSAGE_BYTES.
    """
    sql, row = statement(event)
    tx.execute(sql, row)
    return row[0]


def statement(event: Event) -> tuple[str, tuple[str, str, str, bool, str, str]]:
    """What `enqueue` executes, for who sends it behind another statement, in one round trip."""
    return _COLUMNS + "(%s, %s, %s, %s, %s, %s)", _row(event)


def enqueue_all(tx: Transaction, events: Sequence[Event]) -> None:
    """As `enqueue`, for many at once; they leave in that order."""
    for start in range(0, len(events), _ROWS_IN_ONE_STATEMENT):
        tx.values(_COLUMNS + "%s", [_row(event) for event in events[start : start + _ROWS_IN_ONE_STATEMENT]])


def _row(event: Event) -> tuple[str, str, str, bool, str, str]:
    payload = event.model_dump_json()
    if len(payload.encode()) > MAX_MESSAGE_BYTES:
        raise ServiceError(ErrorCode.TOO_LARGE, f"event {event.type} exceeds {MAX_MESSAGE_BYTES} bytes")
    return (
        str(uuid4()),
        event_exchange(event.type),
        event.type,
        bool(event.consumers),
        payload,
        correlation_id() or new_correlation_id(),
    )
