"""Sends what is due to push servers: at least once, and for as long as the subscription lives.

A push is put off before it is tried, and is no longer pending once it was taken: a process that is killed in between
neither loses it nor holds it. So many are under way at once, a few to one server and a few of one account: a server
that is slow or dead holds nobody up but its own devices.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from functools import partial

import orjson

from chassis.failures import is_outage
from services.auth.application.ports import Clock, Store
from services.auth.application.ports.push_servers import PushAnswer, Pushed, PushServers
from services.auth.domain.push_subscription import DuePush

LOOK_SECONDS = 0.5
TROUBLE_SECONDS = 1.0
SETTLE_TRIES = 30
AT_ONCE_OF_HOST = 4
AT_ONCE_OF_ACCOUNT = 2

log = logging.getLogger(__name__)


class SendPushes:
    """`observe` is told what was sent ("verification" or "state") and what became of it."""

    def __init__(
        self, store: Store, clock: Clock, servers: PushServers, at_once: int, observe: Callable[[str, str], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._servers = servers
        self._at_once = at_once
        self._observe = observe
        self._under_way: set[asyncio.Task[None]] = set()
        self._hosts: Counter[str] = Counter()
        self._accounts: Counter[str] = Counter()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                try:
                    started = await self.start_due()
                except Exception as error:
                    log.error("pushes cannot be worked", exc_info=error)
                    await asyncio.sleep(TROUBLE_SECONDS)
                else:
                    if not started:
                        await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._stop()

    async def all_due(self) -> None:
        """Sends what is due, and waits for it."""
        while await self.start_due() or self._under_way:
            if self._under_way:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    async def start_due(self) -> int:
        """Takes up what is due, as far as there is room. How many that were."""
        room = self._at_once - len(self._under_way)
        due = await asyncio.to_thread(self._take, room) if room > 0 else []
        for push in due:
            task = asyncio.create_task(self._send(push))
            self._under_way.add(task)
            task.add_done_callback(partial(self._done, push))
        return len(due)

    def _take(self, room: int) -> list[DuePush]:
        """Those of a host or an account with enough under way are left as they are."""
        now = self._clock()
        busy_hosts = [host for host, count in self._hosts.items() if count >= AT_ONCE_OF_HOST]
        busy_accounts = [account for account, count in self._accounts.items() if count >= AT_ONCE_OF_ACCOUNT]
        taken: list[DuePush] = []
        with self._store.begin() as tx:
            for push in tx.due_pushes(now, room, busy_hosts, busy_accounts):
                if self._may_start(push):
                    tx.put_off_push(push.subscription.subscription_id, push.next_try(now))
                    taken.append(push)
        return taken

    def _may_start(self, push: DuePush) -> bool:
        host, account = push.subscription.host, push.subscription.account_id
        if self._hosts[host] >= AT_ONCE_OF_HOST or self._accounts[account] >= AT_ONCE_OF_ACCOUNT:
            return False
        self._hosts[host] += 1
        self._accounts[account] += 1
        return True

    def _done(self, push: DuePush, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        for counter, key in ((self._hosts, push.subscription.host), (self._accounts, push.subscription.account_id)):
            counter[key] -= 1
            if not counter[key]:
                del counter[key]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a push failed", exc_info=error)

    async def _send(self, push: DuePush) -> None:
        subscription = push.subscription
        message = _message(push)
        answer = await self._servers.send(
            subscription, orjson.dumps(message), urgent=not subscription.verified, kept_for=push.kept_for(self._clock())
        )
        self._observe("state" if subscription.verified else "verification", answer.outcome)
        await self._settle(push, answer)

    async def _settle(self, push: DuePush, answer: PushAnswer) -> None:
        """What was taken must not be sent again because the database was away for a moment."""
        for _ in range(SETTLE_TRIES):
            try:
                await asyncio.shield(asyncio.to_thread(self._note, push, answer))
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("a push is not settled yet", exc_info=error)
                await asyncio.sleep(TROUBLE_SECONDS)
            else:
                return

    def _note(self, push: DuePush, answer: PushAnswer) -> None:
        id_, now = push.subscription.subscription_id, self._clock()
        with self._store.begin() as tx:
            if answer.outcome is Pushed.TAKEN:
                tx.note_push_sent(id_, push.pending, now)
            elif answer.outcome is Pushed.GONE:
                tx.drop_push_subscription(id_)
            elif answer.retry_after:
                tx.delay_push(id_, now + answer.retry_after)

    async def _stop(self) -> None:
        for task in self._under_way:
            task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way)


def _message(push: DuePush) -> dict[str, object]:
    """A StateChange (RFC 8620 §7.1), or the PushVerification that comes first (§7.2.2)."""
    subscription = push.subscription
    if not subscription.verified:
        return {
            "@type": "PushVerification",
            "pushSubscriptionId": subscription.subscription_id,
            "verificationCode": subscription.verification_code,
        }
    return {
        "@type": "StateChange",
        "changed": {subscription.account_id: subscription.of_interest(push.pending)},
    }
