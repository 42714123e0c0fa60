"""Push subscriptions, and what is still to be sent to them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from services.auth.domain.push_subscription import DuePush, PushSubscription


class PushSubscriptions(Protocol):
    def add_push_subscription(self, subscription: PushSubscription, due_at: datetime) -> None:
        """Its verification is due at `due_at`."""
        ...

    def push_subscriptions(self, account_id: str, session_hash: bytes | None, now: datetime) -> list[PushSubscription]:
        """Of these credentials (RFC 8620 §7.2); those that have expired are left out."""
        ...

    def count_push_subscriptions(self, account_id: str) -> int: ...

    def change_push_subscription(self, subscription: PushSubscription) -> None:
        """Writes its types, its end, and whether it is verified."""
        ...

    def drop_push_subscription(self, subscription_id: str) -> None: ...

    def end_push_subscriptions(self, account_id: str) -> None:
        """All of the account, whichever credentials made them."""
        ...

    def tell_push_subscriptions(self, changed: Mapping[str, Mapping[str, str]], now: datetime) -> int:
        """`changed`: account → type → newest state. How many subscriptions have something to send of it."""
        ...

    def due_pushes(self, now: datetime, limit: int, hosts: Collection[str], accounts: Collection[str]) -> list[DuePush]:
        """Those due for longest, locked; those that others have locked are passed over, as are these hosts and
        accounts."""
        ...

    def put_off_push(self, subscription_id: str, due_at: datetime) -> None:
        """Counts a try."""
        ...

    def delay_push(self, subscription_id: str, due_at: datetime) -> None:
        """Later than it was put off to, because its server asked for it."""
        ...

    def note_push_sent(self, subscription_id: str, sent: Mapping[str, str], now: datetime) -> None:
        """`sent` is no longer pending; what came meanwhile is due after the usual pause."""
        ...
