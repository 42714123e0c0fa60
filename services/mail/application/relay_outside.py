"""One try of one message for other domains, and what follows from it for each recipient.

A crash between the relay's 250 and our commit sends the message again after the lease: SMTP has no way to exclude it
(RFC 1047), and to lose the message instead would be worse.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from chassis.db import Transaction
from services.mail.application.failure_reports import FailureReports
from services.mail.application.outbound import OutboundMessage, OutboundQueue, Reply
from services.mail.application.ports import Mailstore, RecipientStatus
from services.mail.application.spool import NewSpoolEntry, Spool, Transactions
from services.mail.domain.backoff import RELAY_GIVES_UP_AFTER, relay_pause

log = logging.getLogger(__name__)
LEASE_SECONDS = 60.0
Delivered = Literal["queued", "yes", "no", "unknown"]
DELIVERED: dict[str, Delivered] = {"waiting": "queued", "sent": "unknown", "failed": "no"}
"""RFC 8621 §7: what a relay took is "unknown", it may yet fail further on."""


class RelayOutside:
    """Synchronous: called from threads around the relay's asyncio conversation."""

    def __init__(
        self,
        database: Transactions,
        queue: OutboundQueue,
        spool: Spool,
        mailstore: Mailstore,
        reports: FailureReports,
    ) -> None:
        self._database = database
        self._queue = queue
        self._spool = spool
        self._mailstore = mailstore
        self._reports = reports

    def claim(self, lease: str, limit: int) -> list[OutboundMessage]:
        with self._database.transaction() as tx:
            return self._queue.claim(tx, lease, LEASE_SECONDS, limit)

    def renew(self, lease: str, ids: list[str]) -> None:
        with self._database.transaction() as tx:
            self._queue.renew(tx, lease, LEASE_SECONDS, ids)

    def settle(self, lease: str, message: OutboundMessage, replies: Mapping[str, Reply]) -> None:
        """Records every reply once; then the message waits for its next try, or is done with."""
        now = datetime.now(UTC)
        expired = now - message.created_at > RELAY_GIVES_UP_AFTER
        if expired:
            replies = {address: _given_up(reply) for address, reply in replies.items()}
        failures = {address: reply.line for address, reply in replies.items() if reply.state == "failed"}
        report = self._report(message, failures, expired, now) if failures else None
        with self._database.transaction() as tx:
            if not self._queue.owned(tx, lease, message.id):
                log.warning("lease lost", extra={"outbound_id": message.id})
                return
            self._queue.record(tx, message.id, replies)
            self._tell_submitter(tx, message, replies)
            if report is not None:
                self._spool.add(tx, report)
            if any(reply.state == "waiting" for reply in replies.values()):
                self._queue.reschedule(tx, message.id, relay_pause(message.tries + 1))
            else:
                self._queue.remove(tx, message.id)
        log.info(
            "tried",
            extra={
                "outbound_id": message.id,
                "tries": message.tries + 1,
                "codes": sorted({reply.code for reply in replies.values()}),
            },
        )

    def _tell_submitter(self, tx: Transaction, message: OutboundMessage, replies: Mapping[str, Reply]) -> None:
        if message.submitter_id is None or message.submission_id is None:
            return
        told = {address: RecipientStatus(reply.line, DELIVERED[reply.state]) for address, reply in replies.items()}
        self._mailstore.record_delivery(tx, message.submitter_id, message.submission_id, told)

    def _report(
        self, message: OutboundMessage, failures: Mapping[str, str], expired: bool, now: datetime
    ) -> NewSpoolEntry | None:
        """None where there is nobody to tell: the null sender (RFC 5321 §6.1)."""
        if not message.mail_from or message.submitter_id is None:
            return None
        return self._reports.report(
            id_=message.id,
            sha256=message.sha256,
            sender=message.mail_from,
            account_id=message.submitter_id,
            failures=failures,
            created_at=message.created_at,
            now=now,
            expired=expired,
        )


def _given_up(reply: Reply) -> Reply:
    return Reply(554, f"5.4.7 Given up after five days: {reply.line}") if reply.state == "waiting" else reply
