"""An event on the bus: its headers, and what becomes of it after a failure."""

from typing import Any, NamedTuple

CONTENT_TYPE = "application/json"
CORRELATION_HEADER = "correlation_id"
ATTEMPTS_HEADER = "attempts"
"""How many times a handler has failed with this event."""
WAITS_HEADER = "waits"
"""How many times it had to wait for the consumer's database."""
SUSPECT_HEADER = "suspect"
"""Set once a consumer died with the event in its hands."""
REASON_HEADER = "reason"
DELIVERY_COUNT_HEADER = "x-delivery-count"
"""The broker's own count of deliveries that were never acknowledged."""

SUSPECT_AFTER_DELIVERIES = 2

_KEPT = frozenset({CORRELATION_HEADER, ATTEMPTS_HEADER, WAITS_HEADER, SUSPECT_HEADER})

Headers = dict[str, Any]


class RetryPolicy(NamedTuple):
    """After the n-th failure an event waits for the n-th delay (the last one from then on); after `attempts` failures
    it is dead."""

    delays_ms: tuple[int, ...] = (1_000, 10_000, 60_000)
    attempts: int = 8


class Fate(NamedTuple):
    """Where an event goes after a failure: it waits for `delay_ms`, or is dead (None)."""

    delay_ms: int | None
    headers: Headers


def after_failure(headers: Headers, policy: RetryPolicy, *, outage: bool = False) -> Fate:
    """Outages are waited out however long they last; other failures are counted, and bounded."""
    counter = WAITS_HEADER if outage else ATTEMPTS_HEADER
    failed = _count(headers, counter) + 1
    kept = {name: value for name, value in headers.items() if name in _KEPT} | {counter: failed}
    if not outage and failed >= policy.attempts:
        return Fate(None, kept)
    return Fate(policy.delays_ms[min(failed, len(policy.delays_ms)) - 1], kept)


def is_suspect(headers: Headers) -> bool:
    """Whether consumers may have died of this event: it came back unacknowledged more than once."""
    return SUSPECT_HEADER in headers or _count(headers, DELIVERY_COUNT_HEADER) >= SUSPECT_AFTER_DELIVERIES


def after_crashes(headers: Headers, policy: RetryPolicy) -> Fate:
    """As `after_failure`, for a suspect."""
    return after_failure(headers | {SUSPECT_HEADER: True}, policy)


def _count(headers: Headers, name: str) -> int:
    value = headers.get(name, 0)
    return value if isinstance(value, int) else 0
