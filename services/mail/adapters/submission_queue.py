"""Takes charge of what agents send (ports.SubmissionQueue), inside the transaction of EmailSubmission/set."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from chassis.db import Transaction
from services.mail.application.held import HeldMessages
from services.mail.application.outbound import NewOutbound, OutboundQueue
from services.mail.application.ports import InvalidRecipientsError, OutgoingMessage, RecipientStatus
from services.mail.application.spool import NewSpoolEntry, Spool
from services.mail.domain.spool_id import new_spool_id
from services.mail.domain.trace import received_by_submission, return_path

QUEUED = RecipientStatus("250 2.0.0 Queued", "queued")
FIND = """
SELECT given.address, address.account_id FROM unnest(%s::text[]) AS given (address)
LEFT JOIN address ON address.address = lower(given.address) AND address.state IN ('active', 'never_activated')
"""


class PostgresSubmissionQueue:
    """Colleagues' copies go by the spool like any mail, the others' by the outbound queue. An address of ours that is
    not known here is refused even while the directory lags: the sender is there to try again, unlike an SMTP client's,
    who would get a report five days later."""

    def __init__(self, spool: Spool, outbound: OutboundQueue, held: HeldMessages, domain: str) -> None:
        self._spool = spool
        self._outbound = outbound
        self._held = held
        self._domain = domain.lower()

    def hold(self, tx: Transaction, message: OutgoingMessage, email_id: int, until: datetime) -> None:
        self._colleagues(tx, message)
        self._held.add(tx, message, email_id, until)

    def call_back(self, tx: Transaction, account_id: str, submission_id: int) -> bool:
        return self._held.take(tx, account_id, submission_id) is not None

    def submit(self, tx: Transaction, message: OutgoingMessage) -> Mapping[str, RecipientStatus]:
        colleagues = self._colleagues(tx, message)
        others = [address for address in message.recipients if address not in dict(colleagues)]
        now = datetime.now(UTC)
        if colleagues:
            self._spool_for(tx, message, colleagues, now)
        if others:
            self._relay_to(tx, message, others, now)
        return dict.fromkeys(message.recipients, QUEUED)

    def _colleagues(self, tx: Transaction, message: OutgoingMessage) -> list[tuple[str, str]]:
        """(address, account) of each recipient of ours. Raises InvalidRecipientsError."""
        ours = [address for address in message.recipients if address.lower().rpartition("@")[2] == self._domain]
        found = {row["address"]: row["account_id"] for row in tx.all(FIND, (ours,))} if ours else {}
        if unknown := [address for address, account_id in found.items() if account_id is None]:
            raise InvalidRecipientsError(unknown)
        return list(found.items())

    def _spool_for(
        self, tx: Transaction, message: OutgoingMessage, colleagues: Sequence[tuple[str, str]], now: datetime
    ) -> None:
        spool_id = new_spool_id()
        received = received_by_submission(host=self._domain, spool_id=spool_id, at=now)
        self._spool.add(
            tx,
            NewSpoolEntry(
                id=spool_id,
                sha256=message.sha256,
                size=message.size,
                trace=return_path(message.mail_from) + received,
                mail_from=message.mail_from,
                source="submission",
                submitter_id=message.account_id,
                submission_id=message.submission_id,
                recipients=colleagues,
            ),
        )

    def _relay_to(self, tx: Transaction, message: OutgoingMessage, others: Sequence[str], now: datetime) -> None:
        outbound_id = new_spool_id()
        self._outbound.add(
            tx,
            NewOutbound(
                id=outbound_id,
                sha256=message.sha256,
                size=message.size,
                trace=received_by_submission(host=self._domain, spool_id=outbound_id, at=now),
                mail_from=message.mail_from,
                submitter_id=message.account_id,
                submission_id=message.submission_id,
                recipients=others,
            ),
        )
