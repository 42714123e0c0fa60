"""Remembers for a short while who proved to be whom, so that auth is not asked at every request."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from contracts.errors import ErrorCode, ServiceError
from services.gateway.identity.principal import Principal

TRIES = 3

Verify = Callable[[], Awaitable[Principal]]
Condemned = Callable[[Principal], bool]
"""Whether what a principal proved is void."""


class PrincipalCache:
    """Keys are digests, never a token or a password. Entries live `ttl` seconds; at most `capacity` of them, the least
    recently used go first. Several requests with the same key at once ask once. Failures are not remembered."""

    def __init__(self, *, ttl: float, capacity: int, clock: Callable[[], float] = time.time) -> None:
        self._ttl = ttl
        self._capacity = capacity
        self._clock = clock
        self._entries: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()
        self._flights: dict[bytes, asyncio.Task[Principal]] = {}
        self._doubts: dict[bytes, list[Condemned]] = {}

    async def get(self, key: bytes, verify: Verify) -> Principal:
        """The principal of `key`, asking `verify` when it is not known. Raises what `verify` raises."""
        known = self._known(key)
        if known is not None:
            return known
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.get_running_loop().create_task(self._ask(key, verify))
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._land(key, done))
        return await asyncio.shield(flight)

    def drop_account(self, account_id: str) -> None:
        self._drop(lambda principal: principal.account_id == account_id)

    def drop_sessions(self, session_ids: Collection[str]) -> None:
        ended = frozenset(session_ids)
        self._drop(lambda principal: principal.session_id in ended)

    def clear(self) -> None:
        self._drop(lambda _: True)

    def __len__(self) -> int:
        return len(self._entries)

    def _known(self, key: bytes) -> Principal | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        until, principal = entry
        if self._clock() >= until:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return principal

    async def _ask(self, key: bytes, verify: Verify) -> Principal:
        """What was condemned while its answer was on its way is verified again: auth may have looked before."""
        try:
            for _ in range(TRIES):
                doubts = self._doubts[key] = []
                principal = await verify()
                if not any(condemned(principal) for condemned in doubts):
                    self._remember(key, principal)
                    return principal
        finally:
            del self._doubts[key]
        raise ServiceError(ErrorCode.UNAVAILABLE, "the credential keeps changing", retryable=True)

    def _remember(self, key: bytes, principal: Principal) -> None:
        self._entries[key] = (min(self._clock() + self._ttl, principal.expires_at), principal)
        self._entries.move_to_end(key)
        while len(self._entries) > self._capacity:
            self._entries.popitem(last=False)

    def _land(self, key: bytes, flight: asyncio.Task[Principal]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.cancelled():
            flight.exception()

    def _drop(self, condemned: Condemned) -> None:
        for doubts in self._doubts.values():
            doubts.append(condemned)
        for key in [key for key, (_, principal) in self._entries.items() if condemned(principal)]:
            del self._entries[key]


@dataclass(frozen=True, slots=True)
class Principals:
    """What this process remembers: of cookie sessions, and of passwords sent with each request (Basic)."""

    sessions: PrincipalCache
    passwords: PrincipalCache

    def forget_account(self, account_id: str) -> None:
        self.sessions.drop_account(account_id)
        self.passwords.drop_account(account_id)

    def clear(self) -> None:
        self.sessions.clear()
        self.passwords.clear()
