"""A connection to the broker for asyncio, made again whenever it breaks; what could not be sent is never queued."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, NoReturn

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError

if "chassis.green" in sys.modules:
    raise ImportError("this process is patched by eventlet: asyncio must not run in it")

CONNECT_SECONDS = 3.0
RECONNECT_SECONDS = 0.5
HEARTBEAT_SECONDS = 30
CLOSE_SECONDS = 2.0

AWAY = (AMQPError, ChannelInvalidStateError, OSError, TimeoutError)
"""What aio-pika raises when the broker is away, goes away, refuses or does not answer."""

Session = Callable[["Connected"], Awaitable[None]]

_log = logging.getLogger(__name__)


class Connected:
    """One live connection; `lost` ends when it, or a channel opened by it, does."""

    def __init__(self, connection: AbstractConnection) -> None:
        self._connection = connection
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        connection.close_callbacks.add(self._end)

    async def channel(self, *, confirms: bool) -> AbstractChannel:
        """With `confirms`, publishing waits for the broker and raises DeliveryError for what it refuses or returns."""
        channel = await self._connection.channel(publisher_confirms=confirms, on_return_raises=confirms)
        channel.close_callbacks.add(self._end)
        return channel

    async def run_until_lost(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs `work` until it ends or the connection does. Raises what it raises."""
        task = asyncio.create_task(work)
        try:
            await asyncio.wait({task, self.lost}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            task.cancel()
            await asyncio.wait({task})
        if not task.cancelled():
            task.result()

    def _end(self, *_: Any) -> None:
        if not self.lost.done():
            self.lost.set_result(None)


async def keep_connected(amqp_url: str, session: Session) -> NoReturn:
    """Runs `session` on a connection, and again on a new one each time it returns or the broker goes away."""
    told = False
    while True:
        try:
            async with _connected(amqp_url) as connected:
                _log.info("connected to the broker")
                told = False
                await session(connected)
            _log.warning("the connection to the broker ended")
        except AWAY as error:
            _log.log(logging.DEBUG if told else logging.WARNING, "the broker is away", extra={"cause": error})
            told = True
        await asyncio.sleep(RECONNECT_SECONDS)


@asynccontextmanager
async def _connected(amqp_url: str) -> AsyncIterator[Connected]:
    async with asyncio.timeout(CONNECT_SECONDS):
        connection = await aio_pika.connect(amqp_url, heartbeat=HEARTBEAT_SECONDS, timeout=CONNECT_SECONDS)
    try:
        yield Connected(connection)
    finally:
        with suppress(*AWAY):
            async with asyncio.timeout(CLOSE_SECONDS):
                await connection.close()
