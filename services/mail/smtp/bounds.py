"""How much one client, and all of them together, may take."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """Times in seconds, sizes in bytes. RFC 5321 §4.5.3 gives the least that a server owes its clients."""

    message_bytes: int = 26_214_400
    line_bytes: int = 1_048_576
    """Real mail has lines far beyond the 998 of RFC 5322; they are kept as they are up to here."""
    drained_bytes: int = 1_073_741_824
    """A refused message is read to its end and thrown away, up to here; then the connection is closed."""
    command_bytes: int = 2_048
    recipients: int = 100
    recipient_commands: int = 1_000
    errors: int = 20
    commands: int = 20_000
    messages: int = 2_000
    hops: int = 50
    idle_seconds: float = 300.0
    data_block_seconds: float = 180.0
    data_seconds: float = 1_200.0
    session_seconds: float = 3_600.0
    accept_seconds: float = 60.0
    sessions: int = 1_000
    sessions_per_source: int = 100


class Gate:
    """Counts the sessions of one process."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._by_source: Counter[str] = Counter()

    @property
    def sessions(self) -> int:
        return self._by_source.total()

    def enter(self, source: str) -> bool:
        """Whether one more session from this address is allowed; if so it counts until `leave`."""
        if self.sessions >= self._bounds.sessions or self._by_source[source] >= self._bounds.sessions_per_source:
            return False
        self._by_source[source] += 1
        return True

    def leave(self, source: str) -> None:
        self._by_source[source] -= 1
        if not self._by_source[source]:
            del self._by_source[source]
