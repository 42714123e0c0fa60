"""What every process counts. Label values come from contracts only, so their number is bounded."""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

rpc_served = Counter("rpc_served_total", "Calls answered or dropped by this service", ["method", "outcome"])
rpc_served_seconds = Histogram("rpc_served_seconds", "From receipt to reply", ["method"], buckets=_SECONDS)
rpc_called = Counter("rpc_called_total", "Calls made to other services", ["service", "method", "outcome"])
rpc_called_seconds = Histogram(
    "rpc_called_seconds", "From call to reply as the caller sees it", ["service", "method"], buckets=_SECONDS
)
events_handled = Counter("events_handled_total", "Events taken in", ["consumer", "event", "outcome"])
events_handled_seconds = Histogram(
    "events_handled_seconds", "From receipt to acknowledgement", ["consumer", "event"], buckets=_SECONDS
)
broadcasts_heard = Counter("broadcasts_heard_total", "Broadcast events heard", ["event", "outcome"])
outbox_published = Counter("outbox_published_total", "Events published from the outbox", ["event", "outcome"])
outbox_lag_seconds = Gauge("outbox_lag_seconds", "Age of the oldest event that is not published yet")
broker_connected = Gauge("broker_connected", "1 while the connection to the broker stands")

UNKNOWN = "unknown"
"""Label for a method or event that no contract names."""
