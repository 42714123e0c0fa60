"""The listening socket and everything that lives as long as it does."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from services.mail.application.intake import AddressBook, BlobIntake
from services.mail.smtp.bounds import Bounds, Gate
from services.mail.smtp.session import Accept, SmtpSession

log = logging.getLogger(__name__)
BACKLOG = 512
COMMIT_SECONDS = 6.0


def _unheard(_: int) -> None:
    """For callers who chose the port."""


class Listener:
    """Serves one address; several processes may share a port (SO_REUSEPORT)."""

    def __init__(
        self, *, host_name: str, addresses: AddressBook, blobs: BlobIntake, accept: Accept, bounds: Bounds
    ) -> None:
        self._host_name = host_name
        self._addresses = addresses
        self._blobs = blobs
        self._accept = accept
        self._bounds = bounds
        self._gate = Gate(bounds)
        self._working: set[asyncio.Task[Any]] = set()
        self._sessions: set[SmtpSession] = set()

    @property
    def sessions(self) -> int:
        return self._gate.sessions

    async def serve(self, host: str, port: int, listening: Callable[[int], None] = _unheard) -> None:
        """Until cancelled; then takes no more, and lets commits under way finish. `listening` is told the port."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: self._session(loop), host, port, backlog=BACKLOG, reuse_address=True, reuse_port=True
        )
        try:
            bound = server.sockets[0].getsockname()[1]
            log.info("listening", extra={"port": bound})
            listening(bound)
            await asyncio.Future()
        finally:
            server.close()
            await self._finish()

    async def _finish(self) -> None:
        for session in list(self._sessions):
            session.shut()
        if self._working:
            await asyncio.wait(self._working, timeout=COMMIT_SECONDS)

    def _session(self, loop: asyncio.AbstractEventLoop) -> SmtpSession:
        return SmtpSession(
            host=self._host_name,
            addresses=self._addresses,
            blobs=self._blobs,
            accept=self._accept,
            bounds=self._bounds,
            gate=self._gate,
            working=self._working,
            sessions=self._sessions,
            loop=loop,
        )
