"""A connection to one of the addresses that were checked: httpcore asks for the name, and gets the pinned address."""

from collections.abc import Iterable, Sequence

import httpcore
from httpcore import AsyncNetworkBackend, AsyncNetworkStream

from chassis.outward.addresses import Address

CONNECT_SECONDS = 5.0
MAX_TRIED = 3


class Pinned(AsyncNetworkBackend):
    """Never resolves: TLS is then asked for, and verified, under the name (httpcore's own `start_tls`)."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        self._addresses = addresses[:MAX_TRIED]
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """`host` is the name, which nobody looks up any more. Tries one address after the other."""
        del host, timeout
        *others, last = self._addresses
        for address in others:
            try:
                return await self._connect(address, port, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._connect(last, port, local_address, socket_options)

    async def _connect(
        self,
        address: Address,
        port: int,
        local_address: str | None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None,
    ) -> AsyncNetworkStream:
        return await self._sockets.connect_tcp(str(address), port, CONNECT_SECONDS, local_address, socket_options)
