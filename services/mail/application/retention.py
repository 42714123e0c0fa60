"""Trash and junk are emptied of what was put there long ago.

An email that is in another mailbox too leaves the trash and stays there; the others are destroyed as an agent would
have done it: /changes tell of it, and counts, quota and threads follow.
"""

import logging
from dataclasses import dataclass
from typing import Protocol

from chassis.db import Transaction
from chassis.failures import is_outage
from services.mail.application.spool import Transactions
from services.mail.application.store import Store
from services.mail.application.take_out import take_out
from services.mail.application.walks import Walks

log = logging.getLogger(__name__)
JOB = "retention"
ACCOUNTS_AT_ONCE = 100
EMAILS_AT_ONCE = 200
"""In one transaction: the lock of the account is held for less than a second."""
BATCHES_AT_ONCE = 20
PAGE_SECONDS = 1.0
REST_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class OldMailbox:
    """A trash or junk with something in it that was put there more than `days` ago."""

    account_id: str
    id: int
    days: int


class OldMail(Protocol):
    def accounts(self, tx: Transaction, after: str, most: int) -> list[str]:
        """Those with a trash or a junk, in order of their ids."""
        ...

    def mailboxes(self, tx: Transaction, accounts: list[str], days: dict[str, int]) -> list[OldMailbox]:
        """days: how long mail is kept, by role; a role that is not named is kept for ever."""
        ...

    def emails(self, tx: Transaction, mailbox: OldMailbox, most: int) -> list[int]: ...


class Retention:
    """A job of the clock: accounts page after page, then a rest. trash_days, junk_days: 0 keeps for ever."""

    def __init__(
        self, database: Transactions, store: Store, old: OldMail, walks: Walks, *, trash_days: int, junk_days: int
    ) -> None:
        self._database = database
        self._store = store
        self._old = old
        self._walks = walks
        self._days = {role: days for role, days in (("trash", trash_days), ("junk", junk_days)) if days}

    def turn(self) -> float:
        if not self._days:
            return REST_SECONDS
        with self._database.transaction() as walk:
            place = self._walks.claim(walk, JOB)
            if place is None:
                return REST_SECONDS
            accounts = self._old.accounts(walk, place, ACCOUNTS_AT_ONCE)
            batches = BATCHES_AT_ONCE
            for mailbox in self._old.mailboxes(walk, accounts, self._days):
                batches -= self._try(mailbox, batches)
                if not batches:
                    return 0.0
            self._walks.advance(walk, JOB, accounts[-1] if accounts else "")
        return PAGE_SECONDS if accounts else REST_SECONDS

    def _try(self, mailbox: OldMailbox, most: int) -> int:
        """How many batches it took. What one account causes keeps no other waiting; a database that is away is
        raised."""
        try:
            for batches in range(1, most + 1):
                if self._empty(mailbox) < EMAILS_AT_ONCE:
                    return batches
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("a mailbox is not emptied", extra={"account_id": mailbox.account_id})
            return 0
        return most

    def _empty(self, mailbox: OldMailbox) -> int:
        with self._store.write(mailbox.account_id) as write:
            ids = self._old.emails(write.tx, mailbox, EMAILS_AT_ONCE)
            take_out(write, mailbox.id, ids)
        return len(ids)
