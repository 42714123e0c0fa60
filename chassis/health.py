"""/livez (the loop turns), /readyz (own database and broker, never a peer) and /metrics of a process."""

from collections.abc import Awaitable, Callable

from chassis.db import Database


class HealthServer:
    """For eventlet and threaded processes. Port 0: off."""

    def __init__(self, host: str, port: int, *, database: Database | None = None) -> None:
        raise NotImplementedError

    def add_check(self, name: str, check: Callable[[], bool]) -> None:
        """/readyz answers 200 only while every check says True."""
        raise NotImplementedError

    def start(self) -> None:
        """`serve` calls it."""
        raise NotImplementedError


class AsyncHealthServer:
    """For asyncio processes. Port 0: off. `async with AsyncHealthServer(host, port) as health: …`"""

    def __init__(self, host: str, port: int) -> None:
        raise NotImplementedError

    def add_check(self, name: str, check: Callable[[], Awaitable[bool]]) -> None:
        raise NotImplementedError
