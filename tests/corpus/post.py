"""Posts many messages by SMTP over a few connections, pipelined (RFC 2920)."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from services.mail.smtp.data import stuffed

REPLY_SECONDS = 120.0
SENDER = "corpus@dehors.example"

Message = tuple[str, bytes]


@dataclass
class Posted:
    """accepted: names of what was answered 250. refused: (name, reply) of the rest."""

    accepted: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


async def post(host: str, port: int, recipient: str, messages: Sequence[Message], connections: int) -> Posted:
    """Returns when each has its answer. The bytes are sent as they are: dots stuffed, line ends untouched."""
    posted, waiting = Posted(), iter(messages)
    await asyncio.gather(*(_connection(host, port, recipient, waiting, posted) for _ in range(connections)))
    return posted


async def _connection(host: str, port: int, recipient: str, waiting: Iterator[Message], posted: Posted) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    wire = _Wire(reader, writer)
    try:
        await wire.reply()
        await wire.ask(b"EHLO corpus.example")
        for name, data in waiting:
            envelope = f"MAIL FROM:<{SENDER}> BODY=8BITMIME SIZE={len(data)}\r\nRCPT TO:<{recipient}>\r\nDATA\r\n"
            replies = await wire.pipeline(envelope.encode(), 3)
            if not replies[2].startswith("354"):
                posted.refused.append((name, " | ".join(replies)))
                await wire.ask(b"RSET")
                continue
            (reply,) = await wire.pipeline(stuffed(data), 1)
            if reply.startswith("250"):
                posted.accepted.append(name)
            else:
                posted.refused.append((name, reply))
        await wire.ask(b"QUIT")
    finally:
        writer.close()


class _Wire:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def reply(self) -> str:
        """The last line of the next reply."""
        async with asyncio.timeout(REPLY_SECONDS):
            while True:
                line = (await self._reader.readline()).decode().rstrip("\r\n")
                if not line:
                    raise ConnectionResetError("the listener hung up")
                if line[3:4] != "-":
                    return line

    async def ask(self, command: bytes) -> str:
        return (await self.pipeline(command + b"\r\n", 1))[0]

    async def pipeline(self, data: bytes, replies: int) -> list[str]:
        self._writer.write(data)
        await self._writer.drain()
        return [await self.reply() for _ in range(replies)]
