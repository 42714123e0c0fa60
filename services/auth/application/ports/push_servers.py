"""The push servers of browser and device makers (RFC 8030)."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from services.auth.domain.push_subscription import PushSubscription

NO_TIME = timedelta()


class Pushed(StrEnum):
    TAKEN = "taken"
    GONE = "gone"
    """The subscription exists no longer."""
    LATER = "later"


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """retry_after: the server asked for at least that long."""

    outcome: Pushed
    retry_after: timedelta = NO_TIME


class PushServers(Protocol):
    async def send(
        self, subscription: PushSubscription, message: bytes, *, urgent: bool, kept_for: timedelta
    ) -> PushAnswer:
        """Never raises for what the server does or doesn't do."""
        ...
