"""What the gateway needs of the bus: chassis.rpc_client.RpcClient, or a stand-in of a test."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from contracts.base import Contract

Req = TypeVar("Req", bound=Contract)
Rep = TypeVar("Rep", bound=Contract)


class Caller(Protocol):
    async def call(self, method: Callable[[Any, Req], Rep], request: Req, *, timeout: float) -> Rep:  # noqa: ASYNC109 - as RpcClient
        """As RpcClient.call: raises ServiceError only."""
        ...
