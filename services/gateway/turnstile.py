"""What is dear is done so many at a time; the others wait their turn, a bounded number of them for a bounded time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class _Gate:
    turns: asyncio.Semaphore
    present: int = 0


class Turnstile:
    """most: how many of one key at once; waiting: how many more may wait; seconds: for how long. refusal: what whoever
    gets no turn is told."""

    def __init__(self, refusal: Callable[[], Exception], most: int, *, waiting: int, seconds: float) -> None:
        self._refusal = refusal
        self._most = most
        self._waiting = waiting
        self._seconds = seconds
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Raises the refusal when too many wait, or when no turn came."""
        gate = self._gates.setdefault(key, _Gate(asyncio.Semaphore(self._most)))
        if gate.present >= self._most + self._waiting:
            raise self._refusal()
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
                del self._gates[key]

    async def _come(self, gate: _Gate) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await gate.turns.acquire()
        except TimeoutError:
            raise self._refusal() from None
