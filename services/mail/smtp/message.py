"""Receiving one message after 354: decoded, measured, handed on as it arrives."""

import time
from collections.abc import Callable

from services.mail.application.intake import IncomingMessage, StorageUnavailableError
from services.mail.smtp import replies
from services.mail.smtp.bounds import Bounds
from services.mail.smtp.data import DataDecoder
from services.mail.smtp.reader import WireReader

HEAD = 65_536
"""Where hops are counted: mail that has gone in circles shows it in its first lines."""
HOP = b"\nreceived:"


class MessageReceiver:
    """`receive` reads to the end of the message even when it is refused, so that the reply comes at its place.
    `extend(seconds)` puts off the connection's time-out."""

    def __init__(
        self, wire: WireReader, incoming: IncomingMessage, bounds: Bounds, extend: Callable[[float], None]
    ) -> None:
        self._wire = wire
        self._incoming = incoming
        self._bounds = bounds
        self._extend = extend
        self._decoder = DataDecoder()
        self._size = 0
        self._hops = 0
        self._seen = b"\n"
        self._head = HEAD
        self._refusal: str | None = None

    @property
    def complete(self) -> bool:
        """Whether the end of the message was seen: else the connection is of no further use."""
        return self._decoder.finished

    async def receive(self) -> str | None:
        """None: all is written to `incoming`. Else the reply that refuses it.

        Raises ConnectionResetError when the client leaves before the end, TimeoutError when it takes too long in all.
        """
        ends_at = time.monotonic() + self._bounds.data_seconds
        while not self._decoder.finished:
            left = ends_at - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._extend(min(self._bounds.data_block_seconds, left))
            chunk = await self._wire.chunk()
            if not chunk:
                raise ConnectionResetError
            data, rest = self._decoder.feed(chunk)
            self._size += len(data)
            if rest:
                self._wire.put_back(rest)
            await self._keep(data)
            if self._size > self._bounds.message_bytes + self._bounds.drained_bytes:
                return self._refusal
        return self._refusal

    async def _keep(self, data: bytes) -> None:
        if self._size > self._bounds.message_bytes:
            await self._refuse(replies.TOO_BIG)
        elif self._decoder.longest_line > self._bounds.line_bytes:
            await self._refuse(replies.LINE_TOO_LONG)
        elif self._count_hops(data) > self._bounds.hops:
            await self._refuse(replies.TOO_MANY_HOPS)
        elif self._refusal is None:
            try:
                await self._incoming.write(data)
            except StorageUnavailableError:
                await self._refuse(replies.TRY_LATER)

    async def _refuse(self, reply: str) -> None:
        """The size outranks any other reason: a client that learns it need not try again."""
        if self._refusal is None:
            await self._incoming.discard()
        if self._refusal is None or reply == replies.TOO_BIG:
            self._refusal = reply

    def _count_hops(self, data: bytes) -> int:
        """How many Received fields the message has so far (RFC 5321 §6.3)."""
        if self._head > 0:
            self._head -= len(data)
            window = self._seen + data.lower()
            self._hops += window.count(HOP)
            self._seen = window[-len(HOP) + 1 :]
            if b"\r\n\r\n" in window:
                self._head = 0
        return self._hops
