"""What waited for its time goes: to the spool and the outbound queue, in one transaction with its undoStatus.

Whoever takes the row of `held`, under the lock of the account, has decided: this, or the agent who calls the message
back. A process that dies in the middle has done nothing.
"""

import logging
from dataclasses import replace
from datetime import UTC, datetime

from services.mail.application.due import DueRow
from services.mail.application.failure_reports import FailureReports
from services.mail.application.held import HeldMessage, HeldMessages
from services.mail.application.ports import InvalidRecipientsError, RecipientStatus, SubmissionQueue
from services.mail.application.rows import EmailFlags, UndoStatus
from services.mail.application.spool import Spool
from services.mail.application.store import Store, Write
from services.mail.domain.keywords import DRAFT

log = logging.getLogger(__name__)
CLOSED = ("suspended", "departed")
CLOSED_PAUSE_SECONDS = 300.0
GIVES_UP_AFTER_SECONDS = 5 * 86_400.0
HELD = RecipientStatus("450 4.7.1 Held: the sender's account is closed", "queued")
GIVEN_UP = RecipientStatus("554 5.7.1 Not sent: the sender's account is closed", "no")
GONE = RecipientStatus("550 5.1.1 No such address any more", "no")


class ReleaseHeld:
    def __init__(
        self,
        store: Store,
        held: HeldMessages,
        queue: SubmissionQueue,
        spool: Spool,
        reports: FailureReports,
    ) -> None:
        self._store = store
        self._held = held
        self._queue = queue
        self._spool = spool
        self._reports = reports

    def release(self, due: DueRow) -> None:
        """By DoDue, for a row of `held`."""
        with self._store.write(due.account_id) as write:
            self._release(write, due)

    def _release(self, write: Write, due: DueRow) -> None:
        closed = write.account().state in CLOSED
        if closed and due.late < GIVES_UP_AFTER_SECONDS:
            self._keep(write, due)
            return
        held = self._held.take(write.tx, due.account_id, due.number)
        if held is None:
            return
        if closed:
            _finish(write, held, "canceled", dict.fromkeys(held.message.recipients, GIVEN_UP))
            log.warning("given up: the account is closed")
        else:
            _finish(write, held, "final", self._submit(write, held))

    def _keep(self, write: Write, due: DueRow) -> None:
        """It goes when the account is open again."""
        self._held.postpone(write.tx, due.account_id, due.number, CLOSED_PAUSE_SECONDS)
        for row in write.submissions([due.number]):
            told = {recipient["email"]: HELD.as_json() for recipient in row.rcpt_to}
            if row.undo_status == "pending" and row.delivery != told:
                write.update_submission(row.id, row.undo_status, told)

    def _submit(self, write: Write, held: HeldMessage) -> dict[str, RecipientStatus]:
        """Colleagues who have left since are told to the sender as any failure is."""
        message = held.message
        try:
            return dict(self._queue.submit(write.tx, message))
        except InvalidRecipientsError as error:
            gone = dict.fromkeys(error.addresses, GONE)
        left = tuple(address for address in message.recipients if address not in gone)
        statuses = self._queue.submit(write.tx, replace(message, recipients=left)) if left else {}
        report = self._reports.report(
            id_=f"{message.account_id}-{message.submission_id}",
            sha256=message.sha256,
            sender=message.mail_from,
            account_id=message.account_id,
            failures=dict.fromkeys(gone, GONE.smtp_reply),
            created_at=held.submitted_at,
            now=datetime.now(UTC),
        )
        self._spool.add(write.tx, report)
        return {**statuses, **gone}


def _finish(write: Write, held: HeldMessage, status: UndoStatus, statuses: dict[str, RecipientStatus]) -> None:
    told = {address: one.as_json() for address, one in statuses.items()}
    write.update_submission(held.message.submission_id, status, told)
    _put_away(write, held.email_id, sent=status == "final")


def _put_away(write: Write, email_id: int, *, sent: bool) -> None:
    """What has gone leaves "scheduled" for "sent"; what will not go comes back to the drafts. An email that its agent
    filed elsewhere stays there."""
    places = {row.role: row.id for row in write.mailboxes() if row.role is not None}
    waiting = {places[role] for role in (("scheduled",) if sent else ("scheduled", "sent")) if role in places}
    for flags in write.flags([email_id]):
        if not flags.mailbox_ids & waiting:
            continue
        goal = places["sent" if sent else "drafts"]
        keywords = flags.keywords - {DRAFT} if sent else flags.keywords | {DRAFT}
        write.change_emails([EmailFlags(email_id, keywords, (flags.mailbox_ids - waiting) | {goal})])
