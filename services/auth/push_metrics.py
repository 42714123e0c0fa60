"""What the process of the pushes counts."""

from prometheus_client import Counter

_pushes = Counter("pushes", "Pushes tried, by what became of them", ["kind", "outcome"])


def count_push(kind: str, outcome: str) -> None:
    """`kind`: "verification" or "state"."""
    _pushes.labels(kind, outcome).inc()
