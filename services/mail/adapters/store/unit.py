"""One write to one account: its lock, its modseqs, its ids, and the event that tells of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from chassis.db import Transaction
from chassis.outbox import statement
from chassis.prepared import Prepared
from contracts.mail import MailStateChanged
from services.mail.application.ports import UnknownAccountError

Touched = Literal["Email", "EmailDelivery", "Mailbox", "Thread", "EmailSubmission", "Identity", "Quota"]

_COLUMNS: dict[Touched, str] = {
    "Email": "email_ms",
    "EmailDelivery": "delivery_ms",
    "Mailbox": "mailbox_ms",
    "Thread": "thread_ms",
    "EmailSubmission": "submission_ms",
    "Identity": "identity_ms",
    "Quota": "quota_ms",
}
_LOCK = Prepared(
    "SELECT modseq, next_id, used_octets, used_emails, hard_octets, hard_emails,"  # noqa: S608 - columns above
    f" {', '.join(_COLUMNS.values())} FROM account_state WHERE account_id = %s FOR UPDATE"
)


@dataclass(slots=True)
class Used:
    """Sums over the account's emails."""

    octets: int
    emails: int


@dataclass(frozen=True, slots=True)
class OwnLimits:
    """None: the institution's."""

    octets: int | None
    emails: int | None


class Unit:
    """Holds the row lock of `account_state` from its making to the end of the transaction.

    Every change of one object gets a modseq of its own, so that /changes can stop between any two of them.
    """

    def __init__(self, tx: Transaction, account_id: str) -> None:
        row = tx.one(_LOCK, (account_id,))
        if row is None:
            raise UnknownAccountError
        self.tx = tx
        self.account_id = account_id
        self._modseq: int = row["modseq"]
        self._next_id: int = row["next_id"]
        self._newest: dict[Touched, int] = {}
        self.states: dict[str, int] = {data_type: row[column] for data_type, column in _COLUMNS.items()}
        """As they were before this write, by type."""
        self.used = Used(row["used_octets"], row["used_emails"])
        """What this write did so far included."""
        self.own_limits = OwnLimits(row["hard_octets"], row["hard_emails"])
        self.own_emails: dict[int, int] = {}
        """Emails that this write brought, which nobody else can have seen: each with its thread."""

    def new_ids(self, n: int) -> list[int]:
        first, self._next_id = self._next_id, self._next_id + n
        return list(range(first, first + n))

    def new_id(self) -> int:
        return self.new_ids(1)[0]

    @property
    def modseq(self) -> int:
        """The newest that was given to a change."""
        return self._modseq

    def reserve(self, n: int) -> list[int]:
        """`n` fresh modseqs, ascending; those put to use are to be told by `touch`."""
        first, self._modseq = self._modseq + 1, self._modseq + n
        return list(range(first, first + n))

    def touch(self, data_type: Touched, modseq: int) -> None:
        self._newest[data_type] = max(modseq, self._newest.get(data_type, 0))

    def ticks(self, data_type: Touched, n: int) -> list[int]:
        """`n` fresh modseqs for changes of `data_type`."""
        modseqs = self.reserve(n)
        if modseqs:
            self.touch(data_type, modseqs[-1])
        return modseqs

    def tick(self, data_type: Touched) -> int:
        return self.ticks(data_type, 1)[0]

    def newest(self, data_type: Touched) -> int:
        """The newest modseq this write gave to a change of `data_type`, 0 when to none."""
        return self._newest.get(data_type, 0)

    def use(self, octets: int, emails: int) -> None:
        """So much more, or less, is in the account."""
        self.used.octets += octets
        self.used.emails += emails
        self.ticks("Quota", 2)

    def finish(self) -> None:
        """Writes the counters back and enqueues MailStateChanged. Nothing happens where nothing changed."""
        if not self._newest:
            return
        states = "".join(f", {_COLUMNS[data_type]} = %s" for data_type in self._newest)
        changed = {str(data_type): str(modseq) for data_type, modseq in self._newest.items()}
        told, row = statement(MailStateChanged(account_id=self.account_id, changed=changed))
        self.tx.execute(
            f"UPDATE account_state SET modseq = %s, next_id = %s, used_octets = %s, used_emails = %s{states}"  # noqa: S608 - columns above
            f" WHERE account_id = %s; {told}",
            (
                self._modseq,
                self._next_id,
                self.used.octets,
                self.used.emails,
                *self._newest.values(),
                self.account_id,
                *row,
            ),
        )


@contextmanager
def unit(tx: Transaction, account_id: str) -> Iterator[Unit]:
    """A unit that finishes when its block ends well."""
    made = Unit(tx, account_id)
    yield made
    made.finish()
