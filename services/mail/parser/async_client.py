"""The asyncio client of the parser pool: same protocol, same errors as client.py."""

from __future__ import annotations

import asyncio
from typing import Any

from services.mail.domain.mime.summary import ParseSummary
from services.mail.parser.protocol import (
    LENGTH,
    Composed,
    ComposeRequest,
    ParseRequest,
    ParserUnavailable,
    decode_body,
    encode_frame,
    frame_length,
)
from services.mail.parser.replies import is_busy, read_compose_reply, read_parse_reply

RETRY_PAUSE = 0.2
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class AsyncParserClient:
    """Asks the pool at `socket_path` from one event loop.

    connections  sockets open at most; further callers wait for one.
    timeout      seconds for one call, waiting, reconnecting and retrying included.
    """

    def __init__(self, socket_path: str, *, connections: int = 8, timeout: float = 20.0) -> None:
        self._path = socket_path
        self._timeout = timeout
        self._slots = asyncio.Semaphore(connections)
        self._idle: list[Stream] = []

    async def parse(self, sha256: str, trace: bytes = b"") -> ParseSummary:
        """Summary of blob `sha256` with `trace` before it. Hostile input gives a poorer `state`, not an error.

        Raises ParserUnavailable: nothing is known of the message, the caller keeps it and asks again.
        """
        return read_parse_reply(await self._call(ParseRequest.of(sha256, trace).model_dump()))

    async def compose(self, request: ComposeRequest) -> Composed:
        """Builds the message and writes it as a durable blob. Raises ComposeRefused or ParserUnavailable."""
        return read_compose_reply(await self._call(request.model_dump()))

    async def close(self) -> None:
        """Closes idle connections; calls under way finish."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _call(self, message: dict[str, Any]) -> dict[str, Any]:
        frame = encode_frame(message)
        failure: Exception | None = None
        try:
            async with asyncio.timeout(self._timeout), self._slots:
                while True:
                    try:
                        reply = await self._once(frame)
                    except (OSError, asyncio.IncompleteReadError) as error:
                        failure = error
                    else:
                        if not is_busy(reply):
                            return reply
                        failure = ParserUnavailable("busy")
                    await asyncio.sleep(RETRY_PAUSE)
        except TimeoutError as error:
            raise ParserUnavailable("the parser pool does not answer") from failure or error

    async def _once(self, frame: bytes) -> dict[str, Any]:
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_unix_connection(self._path)
        kept = False
        try:
            writer.write(frame)
            await writer.drain()
            length = frame_length(await reader.readexactly(LENGTH.size))
            reply = decode_body(await reader.readexactly(length))
            kept = True
            return reply
        finally:
            if kept:
                self._idle.append((reader, writer))
            else:
                writer.close()
