"""The words of attachments: read apart from delivery, put into the index of every email of the message."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chassis.db import Transaction
from services.mail.application.spool import Transactions
from services.mail.domain.attachment_kinds import ReadablePart

LEASE_SECONDS = 300.0
"""A message that a process had in hand when it died is due again after that; longer than any takes."""
TRIES_MAX = 5
SECOND_LOOK_SECONDS = 90.0
"""Longer than an email can be on its way in: transactions are ended after 60 s."""
EMAILS_AT_ONCE = 200

Email = tuple[str, int]
"""Account id and number."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in hand. indexed: its own index has the words already, its emails are to be looked over again."""

    message_id: int
    indexed: bool
    tries: int
    sha256: str
    trace: bytes
    parts: Sequence[ReadablePart]


class AttachmentQueue(Protocol):
    """SQL of the queue, in its caller's transaction."""

    def claim(self, tx: Transaction, lease_seconds: float) -> Claimed | None:
        """The newest message that is due and that nobody else has in hand."""
        ...

    def index(self, tx: Transaction, message_id: int, text: str, second_look_seconds: float) -> bool:
        """Adds the words to the message's; False when that was done before."""
        ...

    def emails_behind(self, tx: Transaction, message_id: int) -> list[Email]:
        """Emails of the message whose index differs from the message's."""
        ...

    def bring_up(self, tx: Transaction, message_id: int, emails: Sequence[Email]) -> None: ...

    def postpone(self, tx: Transaction, message_id: int, seconds: float) -> None: ...

    def give_up(self, tx: Transaction, message_id: int, problem: str) -> None: ...

    def remove(self, tx: Transaction, message_id: int) -> None: ...

    def waiting(self, tx: Transaction) -> int: ...


class AttachmentTexts:
    """Each step is a transaction or a few of its own: one that is interrupted is taken up again after the lease."""

    def __init__(self, database: Transactions, queue: AttachmentQueue) -> None:
        self._database = database
        self._queue = queue

    def claim(self) -> Claimed | None:
        """A message whose parts are to be read; emails that need no reading are seen to on the way."""
        while True:
            with self._database.transaction() as tx:
                claimed = self._queue.claim(tx, LEASE_SECONDS)
                if claimed is not None and claimed.tries > TRIES_MAX:
                    self._queue.give_up(tx, claimed.message_id, "its process died again and again")
                    continue
            if claimed is None or not claimed.indexed:
                return claimed
            self._spread(claimed.message_id)
            self._done(claimed.message_id)

    def keep(self, claimed: Claimed, text: str) -> None:
        """What was read; "" when there is nothing."""
        if not text.strip():
            self._done(claimed.message_id)
            return
        with self._database.transaction() as tx:
            indexed = self._queue.index(tx, claimed.message_id, text, SECOND_LOOK_SECONDS)
        if indexed:
            self._spread(claimed.message_id)

    def put_off(self, claimed: Claimed, seconds: float) -> None:
        """It could not be read now."""
        with self._database.transaction() as tx:
            if claimed.tries >= TRIES_MAX:
                self._queue.give_up(tx, claimed.message_id, "it could not be read")
            else:
                self._queue.postpone(tx, claimed.message_id, seconds)

    def waiting(self) -> int:
        with self._database.transaction(read_only=True) as tx:
            return self._queue.waiting(tx)

    def _spread(self, message_id: int) -> None:
        """To each who got the message; no lock is held for longer than some emails take."""
        with self._database.transaction() as tx:
            emails = self._queue.emails_behind(tx, message_id)
        for start in range(0, len(emails), EMAILS_AT_ONCE):
            with self._database.transaction() as tx:
                self._queue.bring_up(tx, message_id, emails[start : start + EMAILS_AT_ONCE])

    def _done(self, message_id: int) -> None:
        with self._database.transaction() as tx:
            self._queue.remove(tx, message_id)
