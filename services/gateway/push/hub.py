"""Hands the state changes of each account to its open streams."""

import asyncio
import secrets
from collections import OrderedDict, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from services.gateway.identity.principal import Principal
from services.gateway.limits import Limits
from services.gateway.metrics import push_streams
from services.gateway.problems import ProblemError

KNOWN_ACCOUNTS = 20_000


@dataclass(eq=False)
class Subscription:
    """One open stream. `pending` holds the newest state of each type not yet sent: its size is bounded by the types."""

    principal: Principal
    pending: dict[str, str] = field(default_factory=dict)
    ended: bool = False
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, changed: dict[str, str]) -> None:
        self.pending.update(changed)
        self._news.set()

    def tell_missed(self, states: dict[str, str]) -> None:
        """As `tell`, for states that may be older than those pending."""
        self.pending = states | self.pending
        if self.pending:
            self._news.set()

    def end(self) -> None:
        self.ended = True
        self._news.set()

    async def wait(self, seconds: float) -> None:
        """Returns when there is something pending, when it has ended, or after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return

    def take(self) -> dict[str, str]:
        taken, self.pending = self.pending, {}
        if not self.ended:
            self._news.clear()
        return taken


@dataclass(slots=True)
class Known:
    """The states of an account heard since this process began: type → (sequence, state)."""

    states: dict[str, tuple[int, str]] = field(default_factory=dict)


class PushHub:
    """Streams per account and in all are bounded. Event ids are `<boot>-<sequence>`: within the life of one gateway
    process it knows what a returning client has missed; of another process's ids it knows nothing."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._subscriptions: defaultdict[str, set[Subscription]] = defaultdict(set)
        self._count = 0
        self._boot = secrets.token_hex(4)
        self._sequence = 0
        self._forgotten = 0
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._closed = False

    @property
    def event_id(self) -> str:
        return f"{self._boot}-{self._sequence}"

    @property
    def streams(self) -> int:
        return self._count

    def open(self, principal: Principal) -> Subscription:
        """Raises ProblemError too-many, or service-unavailable while the process stops."""
        if self._closed:
            raise ProblemError("service-unavailable", headers={"Retry-After": "2"})
        mine = self._subscriptions.get(principal.account_id, ())
        if len(mine) >= self._limits.max_streams_per_account or self._count >= self._limits.max_streams:
            raise ProblemError("too-many", headers={"Retry-After": "30"})
        subscription = Subscription(principal)
        self._subscriptions[principal.account_id].add(subscription)
        self._count += 1
        push_streams.inc()
        return subscription

    def close(self, subscription: Subscription) -> None:
        account_id = subscription.principal.account_id
        if subscription in self._subscriptions[account_id]:
            self._subscriptions[account_id].remove(subscription)
            self._count -= 1
            push_streams.dec()
        if not self._subscriptions[account_id]:
            del self._subscriptions[account_id]

    def changed(self, account_id: str, states: dict[str, str]) -> None:
        self._sequence += 1
        known = self._known.setdefault(account_id, Known())
        self._known.move_to_end(account_id)
        known.states.update({type_: (self._sequence, state) for type_, state in states.items()})
        if len(self._known) > KNOWN_ACCOUNTS:
            self._known.popitem(last=False)
            self._forgotten = self._sequence
        for subscription in self._subscriptions.get(account_id, ()):
            subscription.tell(states)

    def missed(self, account_id: str, last_event_id: str) -> dict[str, str] | None:
        """The newest states of what changed after `last_event_id`; None when that can't be known."""
        boot, _, sequence = last_event_id.partition("-")
        if boot != self._boot or not (sequence.isascii() and sequence.isdigit()) or len(sequence) > 18:
            return None
        since = int(sequence)
        if since < self._forgotten:
            return None
        known = self._known.get(account_id, Known())
        return {type_: state for type_, (at, state) in known.states.items() if at > since}

    def forget(self) -> None:
        """Broadcasts may have been missed: earlier event ids tell nothing any more."""
        self._sequence += 1
        self._forgotten = self._sequence
        self._known.clear()

    def end_sessions(self, session_ids: Collection[str]) -> None:
        ended = frozenset(session_ids)
        for subscriptions in list(self._subscriptions.values()):
            for subscription in subscriptions:
                if subscription.principal.session_id in ended:
                    subscription.end()

    def end_account(self, account_id: str) -> None:
        for subscription in self._subscriptions.get(account_id, ()):
            subscription.end()

    def stop(self) -> None:
        """The process stops: every stream ends, no new one begins."""
        self._closed = True
        self.end_all()

    def end_all(self) -> None:
        for subscriptions in self._subscriptions.values():
            for subscription in subscriptions:
                subscription.end()
