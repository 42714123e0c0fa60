"""From the spool into mailboxes, each recipient exactly once.

The claim is a row lock in a transaction that stays open: whoever dies with it loses it at once. What is written for a
recipient commits together with the mark that it was written, and carries the delivery key (spool id, account) besides.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from chassis.db import Transaction
from chassis.failures import is_outage
from services.mail.application.ports import Mailstore, Parser, RecipientStatus, StoredMessage
from services.mail.application.spool import PAGE, Spool, SpoolEntry, SpoolRecipient, Transactions
from services.mail.domain.backoff import delivery_pause
from services.mail.domain.mime.summary import ParseSummary
from services.mail.domain.reduced_summary import reduced
from services.mail.parser.protocol import ParserUnavailable

log = logging.getLogger(__name__)
HELD_SECONDS = 900.0
OUTAGE_SECONDS = 2.0
PARSER_SECONDS = 10.0
"""The pool is more often away than at fault, and nobody's mail should wait an hour for its restart."""
STUCK_AFTER_TRIES = 8
SHARE_SECONDS = 0.5
"""Of one message to many, until others have their turn: so long a claim is kept."""


class Outcome(StrEnum):
    NOTHING_DUE = "nothing-due"
    DELIVERED = "delivered"
    HELD = "held"
    """A role address has nobody to read it: the message waits in the spool for the operator's setting."""
    SHARED = "shared"
    """Some recipients of many are served; the others wait their turn behind what else is due."""
    RETRY = "retry"


class DeliverSpooled:
    """`postmaster` is the address that reads postmaster@ and abuse@, "" when there is none yet."""

    def __init__(
        self, database: Transactions, spool: Spool, mailstore: Mailstore, parser: Parser, postmaster: str
    ) -> None:
        self._database = database
        self._spool = spool
        self._mailstore = mailstore
        self._parser = parser
        self._postmaster = postmaster

    def deliver_one(self) -> Outcome:
        """Delivers one message that is due. Raises nothing that a message causes; a database that is away, it does."""
        entry: SpoolEntry | None = None
        try:
            with self._database.transaction() as claim:
                entry = self._spool.claim(claim)
                if entry is None:
                    return Outcome.NOTHING_DUE
                return self._deliver(claim, entry)
        except Exception as error:
            if entry is None:
                raise
            return self._put_off(entry, error)

    def _deliver(self, claim: Transaction, entry: SpoolEntry) -> Outcome:
        delivery = _Delivery(self._mailstore, self._spool, self._parser, entry)
        page, share, held = entry.recipients, _Share(), False
        while True:
            readers, nobody = self._readers(claim, page)
            held |= nobody
            if len(readers) == 1 and len(page) < PAGE and entry.submission_id is None:
                ((account_id, addresses),) = readers.items()
                delivery.append(claim, account_id, addresses)
            elif not self._append_to_each(delivery, readers, share):
                assert delivery.shared is not None, "a share ends once somebody was served"
                self._spool.share(claim, entry.id, delivery.shared)
                return Outcome.SHARED
            if len(page) < PAGE:
                break
            page = self._spool.waiting(claim, entry.id, page[-1].address)
        if share.failures:
            raise share.failures[0]
        if held:
            self._spool.postpone(claim, entry.id, HELD_SECONDS, Outcome.HELD, failed=False)
            log.warning("held: no reader for a role address", extra={"spool_id": entry.id})
            return Outcome.HELD
        self._finish(claim, entry)
        return Outcome.DELIVERED

    def _finish(self, claim: Transaction, entry: SpoolEntry) -> None:
        if entry.submission_id is not None and entry.submitter_id is not None:
            told = dict.fromkeys(self._spool.addresses(claim, entry.id), RecipientStatus("250 2.1.5 OK", "yes"))
            self._mailstore.record_delivery(claim, entry.submitter_id, entry.submission_id, told)
        self._spool.remove(claim, entry.id)

    def _append_to_each(self, delivery: "_Delivery", readers: dict[str, list[str]], share: "_Share") -> bool:
        """One transaction an account; what fails for one does not keep the others waiting. Whether all had their turn
        before the share was over."""
        for account_id, addresses in sorted(readers.items()):
            if share.is_over:
                return False
            try:
                with self._database.transaction() as tx:
                    delivery.append(tx, account_id, addresses)
                delivery.keep()
                share.served += 1
            except Exception as error:  # noqa: BLE001 - raised by the caller, once the others are served
                share.failures.append(error)
        return True

    def _readers(self, tx: Transaction, recipients: Sequence[SpoolRecipient]) -> tuple[dict[str, list[str]], bool]:
        """Accounts, each with its addresses; and whether some recipient has nobody to read it."""
        readers: dict[str, list[str]] = defaultdict(list)
        held = False
        for recipient in recipients:
            account_id = recipient.account_id or self._spool.account_of(tx, self._postmaster)
            if account_id is None:
                held = True
            else:
                readers[account_id].append(recipient.address)
        return readers, held

    def _put_off(self, entry: SpoolEntry, error: Exception) -> Outcome:
        away = is_outage(error)
        tries = entry.tries + (not away)
        pause = OUTAGE_SECONDS if away else delivery_pause(tries)
        if isinstance(error, ParserUnavailable):
            pause = min(pause, PARSER_SECONDS)
        log.log(
            logging.ERROR if tries >= STUCK_AFTER_TRIES else logging.WARNING,
            "not delivered",
            exc_info=error,
            extra={"spool_id": entry.id, "tries": tries, "next_in_seconds": pause},
        )
        with self._database.transaction() as tx:
            self._spool.postpone(tx, entry.id, pause, type(error).__name__, failed=not away)
        return Outcome.RETRY


@dataclass(slots=True)
class _Share:
    """What one claim does of a message. It serves at least one, so that those who fail never take up all of it."""

    end: float = field(default_factory=lambda: time.monotonic() + SHARE_SECONDS)
    served: int = 0
    failures: list[Exception] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        return self.served > 0 and time.monotonic() > self.end


class _Delivery:
    """One message on its way into several accounts: parsed once at most, stored once."""

    def __init__(self, mailstore: Mailstore, spool: Spool, parser: Parser, entry: SpoolEntry) -> None:
        self._mailstore = mailstore
        self._spool = spool
        self._parser = parser
        self._entry = entry
        self._summary: ParseSummary | None = None
        self._message: StoredMessage | None = None
        self._added: StoredMessage | None = None
        if entry.message_id is not None:
            self._message = StoredMessage(entry.message_id, entry.sha256, len(entry.trace) + entry.size)
        elif entry.submission_id is None and entry.recipients:
            self._summary = self._parsed()

    def append(self, tx: Transaction, account_id: str, addresses: Sequence[str]) -> None:
        message = self._message or self._add(tx)
        self._mailstore.append(
            tx, account_id, message, role="inbox", received_at=self._entry.received_at, delivery_key=self._entry.id
        )
        self._spool.mark_delivered(tx, self._entry.id, addresses, message.id)
        self._added = message

    def keep(self) -> None:
        """The transaction of the last `append` has committed, and with it the row of `message`."""
        self._message = self._added

    @property
    def shared(self) -> int | None:
        """The row of `message`, once it is committed."""
        return None if self._message is None else self._message.id

    def _add(self, tx: Transaction) -> StoredMessage:
        entry = self._entry
        if entry.submission_id is not None and (known := self._mailstore.add_composed(tx, entry.trace, entry.sha256)):
            return known
        self._summary = self._summary or self._parsed()
        return self._mailstore.add_message(tx, entry.trace, self._summary)

    def _parsed(self) -> ParseSummary:
        return reduced(self._parser.parse(self._entry.sha256, self._entry.trace), self._entry.tries)
