"""The client's bytes, by command line or by chunk, from one buffer: pipelined commands may follow a message's end."""

import asyncio

CHUNK = 65_536


class LineTooLongError(Exception):
    """A command line beyond the bound; it has been skipped."""


class WireReader:
    """Holds at most one command line and one chunk."""

    def __init__(self, stream: asyncio.StreamReader, max_line: int) -> None:
        self._stream = stream
        self._max_line = max_line
        self._buffer = b""

    async def line(self) -> bytes | None:
        """The next command without its line end (CRLF, or LF from sloppy clients); None when the client is gone.

        Raises LineTooLongError after having skipped such a line.
        """
        skipping = False
        while True:
            end = self._buffer.find(b"\n")
            if end >= 0:
                line, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
                line = line.removesuffix(b"\r")
                if skipping or len(line) > self._max_line:
                    raise LineTooLongError
                return line
            if len(self._buffer) > self._max_line:
                skipping, self._buffer = True, b""
            chunk = await self._stream.read(CHUNK)
            if not chunk:
                return None
            self._buffer += chunk

    async def chunk(self) -> bytes:
        """Whatever comes next, at most CHUNK bytes; empty when the client is gone."""
        if self._buffer:
            chunk, self._buffer = self._buffer, b""
            return chunk
        return await self._stream.read(CHUNK)

    def put_back(self, data: bytes) -> None:
        """What a caller of `chunk` did not want."""
        self._buffer = data + self._buffer

    @property
    def has_more(self) -> bool:
        """Whether the client sent ahead of our reply."""
        return bool(self._buffer)
