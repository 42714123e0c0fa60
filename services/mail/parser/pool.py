"""The children: a fixed number of them, each serving one request at a time, replaced when they die or grow old."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from prometheus_client import Counter, Gauge

from services.mail.parser.child import Child, ChildDiedError

RESTART_PAUSE = 1.0

_log = logging.getLogger(__name__)
_deaths = Counter("mail_parser_child_deaths_total", "Children that had to be replaced", ["reason"])
_memory = Gauge("mail_parser_child_rss_kilobytes", "Most memory that the child which answered last ever had")


class PoolBusyError(Exception):
    """As many requests wait as may."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """children at work; requests waiting for one; requests before a child is replaced; seconds for one request."""

    children: int
    waiting: int
    recycle: int
    seconds: float


class Pool:
    """`async with Pool(…) as pool: await pool.ask(…)`. environment: what the children read their settings from."""

    def __init__(self, module: str, environment: dict[str, str], limits: PoolLimits) -> None:
        self._module = module
        self._environment = environment
        self._limits = limits
        self._idle: asyncio.LifoQueue[Child] = asyncio.LifoQueue()
        self._children: set[Child] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._waiting = 0

    async def __aenter__(self) -> Self:
        for _ in range(self._limits.children):
            self._start_one()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.gather(*(child.kill() for child in self._children))

    async def ready(self) -> bool:
        """Whether any child lives."""
        return bool(self._children)

    @property
    def pids(self) -> list[int]:
        return [child.pid for child in self._children]

    async def ask(self, message: dict[str, Any], *, again: bool = False) -> dict[str, Any]:
        """One request to the next free child. Raises PoolBusyError, or ChildDiedError when it died on it.

        again: for a request that was let in before, and is not sent away.
        """
        if not again and self._waiting >= self._limits.waiting:
            raise PoolBusyError
        self._waiting += 1
        try:
            child = await self._idle.get()
        finally:
            self._waiting -= 1
        try:
            reply = await child.ask(message, self._limits.seconds)
        except BaseException as error:
            self._replace(child, error.reason if isinstance(error, ChildDiedError) else "cancelled")
            raise
        _memory.set(child.rss_kb)
        if child.served >= self._limits.recycle:
            await child.kill()
            self._replace(child, "recycled")
        else:
            self._idle.put_nowait(child)
        return reply

    def _replace(self, child: Child, reason: str) -> None:
        self._children.discard(child)
        _deaths.labels(reason).inc()
        if reason != "recycled":
            _log.warning("child replaced", extra={"reason": reason, "pid": child.pid})
        self._start_one()

    def _start_one(self) -> None:
        task = asyncio.create_task(self._start())
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    async def _start(self) -> None:
        while True:
            try:
                child = await Child.start(self._module, self._environment)
            except (ChildDiedError, OSError) as error:
                _log.error("child does not start", exc_info=error)
                await asyncio.sleep(RESTART_PAUSE)
                continue
            self._children.add(child)
            self._idle.put_nowait(child)
            return
