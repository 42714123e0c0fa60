"""Sends the mails that are owed, each at least once and not for ever.

A notice is put off before it is tried, and goes when it was sent; so a process that is killed in between neither loses
it nor holds it. Its link is made for each try and is nowhere but in the mail: the table has the hash of the newest one
only. Killed between the relay's answer and the note of it, the process sends a second mail, and the link in the first
is void; the mail says so.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.failures import is_outage
from chassis.settings import AccountPolicy
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.ports.post import Post, Posted
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.digests import KeyRing, new_token, token_hash
from services.auth.domain.notice import COUNTED_FOR, LINKS_AN_HOUR, Notice, NoticeKind
from services.auth.domain.notice_text import NoticeText, Wording
from services.auth.domain.trail import Action, By, Entry

LOOK_SECONDS = 0.5
TROUBLE_SECONDS = 1.0
SETTLE_TRIES = 30

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mail:
    """A notice that is being tried."""

    notice: Notice
    text: NoticeText
    address: str


class SendNotices:
    """`observe` is told the kind of each notice and what became of it: a word of Posted, or "dropped"."""

    def __init__(
        self,
        store: Store,
        keys: KeyRing,
        clock: Clock,
        policy: AccountPolicy,
        wording: Wording,
        post: Post,
        observe: Callable[[NoticeKind, str], None],
    ) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._reset_life = timedelta(minutes=policy.recovery_link_minutes)
        self._confirmation_life = timedelta(hours=policy.confirmation_hours)
        self._wording = wording
        self._post = post
        self._observe = observe

    async def run(self, at_once: int) -> None:
        """Until cancelled; so many mails are sent at the same time."""
        await asyncio.gather(*(self._work() for _ in range(at_once)))

    async def one(self) -> bool:
        """Takes up the notice that has been due for longest. Whether there was one."""
        notice, mail = await asyncio.to_thread(self._take)
        if mail is not None:
            posted = await self._post.send(mail.text, mail.address)
            self._observe(mail.notice.kind, posted)
            await self._settle(mail.notice, posted)
        return notice is not None

    async def _work(self) -> None:
        while True:
            try:
                busy = await self.one()
            except Exception as error:
                log.error("notices cannot be worked", exc_info=error)
                await asyncio.sleep(TROUBLE_SECONDS)
            else:
                if not busy:
                    await asyncio.sleep(LOOK_SECONDS)

    def _take(self) -> tuple[Notice | None, Mail | None]:
        now = self._clock()
        with self._store.begin() as tx:
            notice = tx.due_notice(now)
            if notice is None:
                return None, None
            found = None if notice.is_stale(now) else self._recipient(tx, notice, now)
            if found is None:
                tx.drop_notice(notice.notice_id)
                self._observe(notice.kind, "dropped")
                return notice, None
            tx.put_off_notice(notice.notice_id, notice.next_try(now))
            account, address = found
            text = self._wording.of(notice.kind, account.agent, account.short_login, self._token(tx, notice, now))
            return notice, Mail(notice, text, address)

    def _recipient(self, tx: AuthTransaction, notice: Notice, now: datetime) -> tuple[Account, str] | None:
        """None when nobody is to get it: no such person, no longer active, no address, or too many links already."""
        account = tx.account(notice.account_id or "")
        if account is None or account.state != "active":
            return None
        account_id = account.agent.account_id
        if notice.kind.holds_link and tx.notices_sent(account_id, notice.kind, now - COUNTED_FOR) >= LINKS_AN_HOUR:
            return None
        emails = tx.recovery_emails(account_id)
        own = emails.waiting if notice.kind is NoticeKind.CONFIRM_ADDRESS else emails.confirmed
        address = notice.address or own
        return (account, address) if address else None

    def _token(self, tx: AuthTransaction, notice: Notice, now: datetime) -> str:
        """A new one, its hash stored; "" where the mail holds no link."""
        if notice.account_id is None or not notice.kind.holds_link:
            return ""
        token = new_token()
        if notice.kind is NoticeKind.RESET_LINK:
            tx.put_reset_ticket(notice.account_id, token_hash(token), now + self._reset_life)
        else:
            tx.put_confirmation(notice.account_id, token_hash(token), now + self._confirmation_life)
        return token

    async def _settle(self, notice: Notice, posted: Posted) -> None:
        """What the relay took must not be sent again because the database was away for a moment."""
        for _ in range(SETTLE_TRIES):
            try:
                await asyncio.shield(asyncio.to_thread(self._note, notice, posted))
            except Exception as error:
                if not is_outage(error):
                    raise
                log.warning("not settled yet", exc_info=error, extra={"notice_id": notice.notice_id})
                await asyncio.sleep(TROUBLE_SECONDS)
            else:
                return

    def _note(self, notice: Notice, posted: Posted) -> None:
        if posted is Posted.AWAY:
            return
        now = self._clock()
        with self._store.begin() as tx:
            if posted is Posted.REFUSED:
                tx.drop_notice(notice.notice_id)
                return
            tx.note_notice_sent(notice.notice_id, now)
            if notice.kind is NoticeKind.RESET_LINK:
                record(tx, self._keys, now, Entry(Action.RECOVERY_LINK_SENT, notice.account_id, By.UNKNOWN))
