"""Calls to other services from asyncio: typed, with a deadline, over one long-lived connection."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from contracts.base import Contract

Req = TypeVar("Req", bound=Contract)
Rep = TypeVar("Rep", bound=Contract)


class RpcClient:
    """`async with RpcClient(amqp_url) as client: reply = await client.call(AuthApi.sign_in, credentials, timeout=5)`

    Entering never waits for the broker: while it is away, calls fail at once with ServiceError unavailable, and the
    client reconnects by itself within 2 s of the broker's return.
    """

    def __init__(self, amqp_url: str, *, name: str = "gateway", max_in_flight: int = 2_000) -> None:
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        raise NotImplementedError

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        raise NotImplementedError

    @property
    def connected(self) -> bool:
        raise NotImplementedError

    async def call(self, method: Callable[[Any, Req], Rep], request: Req, *, timeout: float) -> Rep:
        """Calls a method of a contract (`MailApi.jmap`) and returns its reply.

        Raises ServiceError: what the service raised; unavailable (broker away, service not running, too many calls in
        flight: at once, nothing is queued); deadline-exceeded after `timeout` seconds or the surrounding
        `chassis.deadline`, whichever is nearer; too-large for a request over MAX_MESSAGE_BYTES.
        A service runs a request at most once; after unavailable with details {"interrupted": true} or
        deadline-exceeded it is not known whether it ran.
        """
        raise NotImplementedError
