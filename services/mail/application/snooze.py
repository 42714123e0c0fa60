"""Emails that leave until a time and come back (urn:webmail-montpellier:snooze; see services/mail/README.md)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from services.mail.application.due import DueRow
from services.mail.application.rows import EmailFlags, MailboxEdit, SnoozeRow
from services.mail.application.store import Store, Write
from services.mail.domain.keywords import RETURNED, SEEN
from services.mail.domain.mailboxes import SNOOZED_NAME

MAX_SNOOZE = timedelta(days=366)
SORT_ORDER = 10
"""Behind the mailboxes that every agent has."""


def snooze(write: Write, wanted: Mapping[int, datetime]) -> int:
    """Each email waits until its time in the mailbox "snoozed", whose number is returned; where it is now is
    remembered, or what was remembered before."""
    place = _place(write)
    known = {row.email_id: row for row in write.snoozes(list(wanted))}
    goals: list[EmailFlags] = []
    rows: list[SnoozeRow] = []
    for flags in write.flags(list(wanted)):
        before = known[flags.id].mailbox_ids if flags.id in known else flags.mailbox_ids - {place}
        rows.append(SnoozeRow(flags.id, place, wanted[flags.id], before))
        goals.append(EmailFlags(flags.id, flags.keywords - {RETURNED}, frozenset({place})))
    write.change_emails(goals)
    write.put_snoozes(rows)
    return place


def bring_back(write: Write, rows: Sequence[SnoozeRow], *, as_new: bool) -> dict[int, frozenset[int]]:
    """Into the mailboxes where each was, the inbox where none of them is left; they are returned by email. `as_new`:
    unread, and marked as having returned. The rows go with the emails' place in "snoozed"."""
    mailboxes = write.mailboxes()
    there, inbox = {row.id for row in mailboxes}, next(row.id for row in mailboxes if row.role == "inbox")
    waiting = {row.email_id: row for row in rows}
    goals = [
        EmailFlags(
            flags.id,
            (flags.keywords - {SEEN}) | {RETURNED} if as_new else flags.keywords,
            _goal(flags.mailbox_ids, waiting[flags.id], there, inbox),
        )
        for flags in write.flags(list(waiting))
    ]
    write.change_emails(goals)
    return {goal.id: goal.mailbox_ids for goal in goals}


def _goal(now: frozenset[int], row: SnoozeRow, there: set[int], inbox: int) -> frozenset[int]:
    """What the agent added meanwhile stays."""
    return ((row.mailbox_ids & there) - {row.mailbox_id} or frozenset({inbox})) | (now - {row.mailbox_id})


def _place(write: Write) -> int:
    """The mailbox "snoozed", made where there is none yet, under the first name that is free."""
    mailboxes = write.mailboxes()
    for row in mailboxes:
        if row.role == "snoozed":
            return row.id
    taken = {row.name for row in mailboxes if row.parent_id is None}
    names = (SNOOZED_NAME, *(f"{SNOOZED_NAME} ({number})" for number in range(2, len(taken) + 3)))
    name = next(name for name in names if name not in taken)
    return write.create_mailbox(MailboxEdit(None, name, "snoozed", SORT_ORDER, True))


class WakeSnoozed:
    def __init__(self, store: Store) -> None:
        self._store = store

    def wake(self, due: DueRow) -> None:
        """By DoDue, for a row of `snooze`. One that was snoozed again meanwhile sleeps on."""
        with self._store.write(due.account_id) as write:
            rows = [row for row in write.snoozes([due.number]) if row.is_due]
            if rows:
                bring_back(write, rows, as_new=True)
