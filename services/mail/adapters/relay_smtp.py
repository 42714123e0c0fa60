"""Hands mail to the relay that takes everything that leaves the domain (RFC 5321), one connection a message."""

import asyncio
import re
from collections.abc import Mapping

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from chassis.blobs import BlobStore
from services.mail.application.outbound import OutboundMessage, Reply

COMMAND_SECONDS = 60.0
TOTAL_SECONDS = 1_200.0
"""RFC 5321 §4.5.3.2.6 lets a server take ten minutes after the last dot."""
LARGE_BYTES = 2_000_000
LARGE_AT_ONCE = 2
REPLY_LENGTH = 500
_NOT_PRINTABLE = re.compile(r"[^ -~]+")


class SmtpRelay:
    """A message is in RAM while it is sent, so few large ones are sent at the same time."""

    def __init__(self, host: str, port: int, host_name: str, blobs: BlobStore) -> None:
        self._host = host
        self._port = port
        self._host_name = host_name
        self._blobs = blobs
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    async def send(self, message: OutboundMessage) -> Mapping[str, Reply]:
        if message.size < LARGE_BYTES:
            return await self._try(message)
        async with self._large:
            return await self._try(message)

    async def _try(self, message: OutboundMessage) -> Mapping[str, Reply]:
        replies: dict[str, Reply] = {}
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                await self._converse(message, replies)
        except SMTPResponseException as refused:
            _fill(replies, message, Reply(refused.code, one_line(refused.message)))
        except (SMTPException, OSError, TimeoutError):
            _fill(replies, message, Reply(0, "4.4.1 The relay does not answer"))
        return replies

    async def _converse(self, message: OutboundMessage, replies: dict[str, Reply]) -> None:
        data = await asyncio.to_thread(self._blobs.read, message.sha256)
        connection = SMTP(
            hostname=self._host,
            port=self._port,
            local_hostname=self._host_name,
            timeout=COMMAND_SECONDS,
            validate_certs=False,
        )
        await connection.connect()
        try:
            await self._transact(connection, message, message.trace + data, replies)
        finally:
            connection.close()

    async def _transact(
        self, connection: SMTP, message: OutboundMessage, data: bytes, replies: dict[str, Reply]
    ) -> None:
        await connection.ehlo()
        everyone = (message.mail_from, *message.waiting)
        utf8 = not all(address.isascii() for address in everyone)
        if utf8 and not connection.supports_extension("smtputf8"):
            _fill(replies, message, Reply(550, "5.6.7 The relay does not take accented addresses"))
            return
        await connection.mail(message.mail_from, options=_options(connection, data, utf8), encoding=_encoding(utf8))
        for address in message.waiting:
            try:
                await connection.rcpt(address, encoding=_encoding(utf8))
            except SMTPResponseException as refused:
                replies[address] = Reply(refused.code, one_line(refused.message))
        if len(replies) < len(message.waiting):
            taken = await connection.data(data, timeout=TOTAL_SECONDS)
            _fill(replies, message, Reply(taken.code, one_line(taken.message)))
        await _leave(connection)


async def _leave(connection: SMTP) -> None:
    """What was said is said: a relay that does not wait for QUIT changes nothing."""
    try:
        await connection.quit(timeout=5.0)
    except (SMTPException, OSError, TimeoutError):
        connection.close()


def _options(connection: SMTP, data: bytes, utf8: bool) -> list[str]:
    options = []
    if connection.supports_extension("size"):
        options.append(f"SIZE={len(data)}")
    if not data.isascii() and connection.supports_extension("8bitmime"):
        options.append("BODY=8BITMIME")
    if utf8:
        options.append("SMTPUTF8")
    return options


def _encoding(utf8: bool) -> str:
    return "utf-8" if utf8 else "ascii"


def _fill(replies: dict[str, Reply], message: OutboundMessage, reply: Reply) -> None:
    """For those of whom nothing was said in particular."""
    for address in message.waiting:
        replies.setdefault(address, reply)


def one_line(text: str) -> str:
    """A reply of any number of lines as printable ASCII on one line, of bounded length."""
    return _NOT_PRINTABLE.sub(" ", text).strip()[:REPLY_LENGTH]
