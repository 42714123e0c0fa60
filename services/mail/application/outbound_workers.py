"""Sends what is due to the relay, a bounded number of messages at the same time, and keeps their leases."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping

from chassis.failures import is_outage
from services.mail.application.outbound import OutboundMessage, Relay, Reply
from services.mail.application.relay_outside import LEASE_SECONDS, RelayOutside

log = logging.getLogger(__name__)
LOOK_SECONDS = 5.0
TROUBLE_SECONDS = 1.0
SETTLE_TRIES = 600


class OutboundWorkers:
    """`woken` is set by whoever hears that something was queued. `observe` is told each recipient's reply."""

    def __init__(
        self,
        work: RelayOutside,
        relay: Relay,
        sends: int,
        woken: asyncio.Event,
        observe: Callable[[Reply], None],
    ) -> None:
        self._work = work
        self._relay = relay
        self._sends = sends
        self._woken = woken
        self._observe = observe
        self._lease = secrets.token_hex(8)
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._freed = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled; what is being sent is then given up, and tried again by another process."""
        renewing = asyncio.create_task(self._renew())
        try:
            while True:
                self._woken.clear()
                if not await self._fill():
                    await self._rest()
        finally:
            for task in (renewing, *self._under_way.values()):
                task.cancel()
            await asyncio.gather(renewing, *self._under_way.values(), return_exceptions=True)

    async def _fill(self) -> bool:
        """Whether there may be more to do at once."""
        free = self._sends - len(self._under_way)
        if not free:
            self._freed.clear()
            await self._freed.wait()
            return True
        try:
            messages = await asyncio.to_thread(self._work.claim, self._lease, free)
        except Exception as error:
            log.error("the outbound queue cannot be worked", exc_info=error)
            await asyncio.sleep(TROUBLE_SECONDS)
            return False
        for message in messages:
            if message.id in self._under_way:
                continue
            self._under_way[message.id] = asyncio.create_task(self._send(message))
        return bool(messages)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _send(self, message: OutboundMessage) -> None:
        try:
            replies = await self._relay.send(message)
            for reply in replies.values():
                self._observe(reply)
            await self._settle(message, replies)
        except Exception as error:
            log.error("not settled", exc_info=error, extra={"outbound_id": message.id})
        finally:
            del self._under_way[message.id]
            self._freed.set()

    async def _settle(self, message: OutboundMessage, replies: Mapping[str, Reply]) -> None:
        """What the relay took must not be sent again because the database was away for a moment."""
        for _ in range(SETTLE_TRIES):
            try:
                await asyncio.shield(asyncio.to_thread(self._work.settle, self._lease, message, replies))
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("not settled yet", exc_info=error, extra={"outbound_id": message.id})
                await asyncio.sleep(TROUBLE_SECONDS)
            else:
                return

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            if not self._under_way:
                continue
            try:
                await asyncio.to_thread(self._work.renew, self._lease, list(self._under_way))
            except Exception as error:
                log.warning("leases not renewed", exc_info=error)
