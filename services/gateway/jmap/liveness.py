"""A service that stopped keeps its queue for some seconds, and a call into it would wait for its whole deadline, with
every other call of the request. So whoever waits long asks whether the service is there at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from contracts.base import Ping
from contracts.errors import ErrorCode, ServiceError
from services.gateway.caller import Caller
from services.gateway.jmap.methods.service import ServiceMethods
from services.gateway.limits import Limits


class Liveness:
    """However many calls wait for a service, it is pinged once at a time."""

    def __init__(self, client: Caller, limits: Limits) -> None:
        self._client = client
        self._limits = limits
        self._pings: dict[str, asyncio.Task[bool]] = {}

    @asynccontextmanager
    async def watching(self, service: ServiceMethods) -> AsyncIterator[None]:
        """The block is given up with ServiceError deadline-exceeded once it has lasted `patience_seconds` and a ping
        isn't answered within `ping_seconds`."""
        watchers: list[asyncio.Task[None]] = []
        scope = asyncio.timeout(None)
        timer = asyncio.get_running_loop().call_later(
            self._limits.patience_seconds,
            lambda: watchers.append(asyncio.create_task(self._watch(service, scope))),
        )
        try:
            async with scope:
                yield
        except TimeoutError:
            raise ServiceError(ErrorCode.DEADLINE_EXCEEDED, f"{service.name} is gone", retryable=True) from None
        finally:
            timer.cancel()
            for watcher in watchers:
                watcher.cancel()

    async def _watch(self, service: ServiceMethods, scope: asyncio.Timeout) -> None:
        while await asyncio.shield(self._ping(service)):  # noqa: ASYNC110 - nothing tells us when a service dies
            await asyncio.sleep(self._limits.patience_seconds)
        scope.reschedule(asyncio.get_running_loop().time())

    def _ping(self, service: ServiceMethods) -> "asyncio.Task[bool]":
        ping = self._pings.get(service.name)
        if ping is None or ping.done():
            ping = self._pings[service.name] = asyncio.create_task(self._answers(service))
        return ping

    async def _answers(self, service: ServiceMethods) -> bool:
        try:
            await self._client.call(service.ping, Ping(), timeout=self._limits.ping_seconds)
        except ServiceError as error:
            return error.code not in (ErrorCode.UNAVAILABLE, ErrorCode.DEADLINE_EXCEEDED)
        return True
