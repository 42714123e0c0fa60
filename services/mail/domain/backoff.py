"""How long to wait before another try. Pure."""

from datetime import timedelta

DELIVERY_FIRST, DELIVERY_MOST = 1.0, 3_600.0
RELAY_FIRST, RELAY_MOST = timedelta(minutes=5), timedelta(hours=4)
RELAY_GIVES_UP_AFTER = timedelta(days=5)
"""RFC 5321 §4.5.4.1: four to five days."""


def delivery_pause(failures: int) -> float:
    """Seconds, doubling from one to an hour; `failures` counts from 1."""
    return float(min(DELIVERY_MOST, DELIVERY_FIRST * 2 ** min(max(failures - 1, 0), 20)))


def relay_pause(failures: int) -> timedelta:
    """Five minutes, doubling to four hours; `failures` counts from 1."""
    doublings = min(max(failures - 1, 0), 10)
    return min(RELAY_MOST, RELAY_FIRST * (1 << doublings))
