"""Mail for other domains: what waits for the relay, and what the relay said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from chassis.db import Transaction

State = Literal["waiting", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """`waiting` are the recipients without a final state. `trace` goes before the blob's bytes."""

    id: str
    sha256: str
    size: int
    trace: bytes
    mail_from: str
    submitter_id: str | None
    submission_id: int | None
    created_at: datetime
    tries: int
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewOutbound:
    id: str
    sha256: str
    size: int
    trace: bytes
    mail_from: str
    submitter_id: str | None
    submission_id: int | None
    recipients: Sequence[str]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the relay said of one recipient. code: 0 when it could not be reached; text: one line of ASCII, ≤ 500."""

    code: int
    text: str

    @property
    def state(self) -> State:
        if 200 <= self.code < 300:
            return "sent"
        return "failed" if 500 <= self.code < 600 else "waiting"

    @property
    def line(self) -> str:
        return f"{self.code or 451} {self.text}"


class OutboundQueue(Protocol):
    """Every method works in its caller's transaction. A lease is a word that one process chose for one try."""

    def add(self, tx: Transaction, message: NewOutbound) -> None:
        """Also wakes the sender when `tx` commits."""
        ...

    def claim(self, tx: Transaction, lease: str, seconds: float, limit: int) -> list[OutboundMessage]:
        """At most `limit` that are due; nobody else gets them for `seconds`."""
        ...

    def renew(self, tx: Transaction, lease: str, seconds: float, ids: Iterable[str]) -> None: ...

    def owned(self, tx: Transaction, lease: str, outbound_id: str) -> bool:
        """Whether the lease still holds; the row stays locked until `tx` ends."""
        ...

    def record(self, tx: Transaction, outbound_id: str, replies: Mapping[str, Reply]) -> None: ...

    def reschedule(self, tx: Transaction, outbound_id: str, pause: timedelta) -> None:
        """Ends the lease and counts a try."""
        ...

    def remove(self, tx: Transaction, outbound_id: str) -> None: ...

    def waiting(self, tx: Transaction) -> int: ...


class Relay(Protocol):
    async def send(self, message: OutboundMessage) -> Mapping[str, Reply]:
        """One try for all that wait: a reply for each of them. Raises nothing but cancellation."""
        ...
