"""A push subscription (RFC 8620 §7.2): where a device of an agent is told that something changed, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_LIFE = timedelta(days=7)
MOST_OF_ACCOUNT = 30
GATHERING = timedelta(seconds=0.5)
"""How long a first change waits for others."""
SPACING = timedelta(seconds=5)
"""A device is told no more often: what changes meanwhile goes together, and of each type the newest state only."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_KEPT = timedelta(days=1)
"""How long a push server may keep a push for a device that is off (TTL, RFC 8030 §5.2)."""


@dataclass(frozen=True, slots=True)
class PushKeys:
    """The client's (RFC 8291 §3): a point of P-256, uncompressed, and 16 bytes."""

    public_key: bytes
    auth_secret: bytes


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """session_hash: of the session that made it, None for the account's password. keys None: pushes are not encrypted.
    types None: all. verified: its client has proved that it gets the pushes."""

    subscription_id: str
    account_id: str
    session_hash: bytes | None
    device_client_id: str
    url: str
    host: str
    keys: PushKeys | None
    types: tuple[str, ...] | None
    verification_code: str
    verified: bool
    expires_at: datetime

    def of_interest(self, states: Mapping[str, str]) -> dict[str, str]:
        """Those of its types."""
        return {type_: state for type_, state in states.items() if self.types is None or type_ in self.types}


@dataclass(frozen=True, slots=True)
class DuePush:
    """What is to be sent now. pending: type → state. tries: how often it was tried before."""

    subscription: PushSubscription
    pending: dict[str, str]
    tries: int

    def next_try(self, now: datetime) -> datetime:
        """When it is due again unless this try succeeds: a pause that doubles, and is longer than any try takes."""
        return now + min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(self.tries, 10)))

    def kept_for(self, now: datetime) -> timedelta:
        return max(timedelta(minutes=1), min(LONGEST_KEPT, self.subscription.expires_at - now))


def life(asked: datetime | None, now: datetime) -> datetime:
    """Until when a subscription lives whose client asks for `asked`."""
    longest = (now + LONGEST_LIFE).replace(microsecond=0)
    return min(asked, longest) if asked else longest


def first_due(now: datetime, sent_at: datetime | None) -> datetime:
    return max(now + GATHERING, sent_at + SPACING) if sent_at else now + GATHERING
