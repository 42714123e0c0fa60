"""Uploads of one account beyond maxConcurrentUpload wait their turn: a page that attaches six files sends six at once,
and what isn't read yet costs the sender's memory, not ours."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.gateway.jmap.errors import limit_error


@dataclass(slots=True)
class _Gate:
    turns: asyncio.Semaphore
    present: int = 0


class Turnstile:
    """most: how many of one account at once; waiting: how many more may wait; seconds: for how long."""

    def __init__(self, limit: str, most: int, *, waiting: int, seconds: float) -> None:
        self._limit = limit
        self._most = most
        self._waiting = waiting
        self._seconds = seconds
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def turn(self, account_id: str) -> AsyncIterator[None]:
        """Raises RequestError limit when too many wait, or when no turn came."""
        gate = self._gates.setdefault(account_id, _Gate(asyncio.Semaphore(self._most)))
        if gate.present >= self._most + self._waiting:
            raise limit_error(self._limit)
        gate.present += 1
        try:
            await self._come(gate)
            try:
                yield
            finally:
                gate.turns.release()
        finally:
            gate.present -= 1
            if not gate.present:
                del self._gates[account_id]

    async def _come(self, gate: _Gate) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await gate.turns.acquire()
        except TimeoutError:
            raise limit_error(self._limit) from None
