"""Mailboxes: read, made, changed, destroyed."""

from collections.abc import Sequence

from chassis.db import Transaction
from services.mail.adapters.store.tombstones import bury
from services.mail.adapters.store.unit import Unit
from services.mail.application.rows import MailboxEdit, MailboxRow

_SELECT = """
SELECT id, parent_id, name, role, sort_order, is_subscribed, total_emails, unread_emails, total_threads, unread_threads
FROM mailbox WHERE account_id = %(account)s AND (%(all)s OR id = ANY(%(ids)s)) ORDER BY sort_order, name, id
"""


def mailboxes(tx: Transaction, account_id: str, ids: Sequence[int] | None) -> list[MailboxRow]:
    values = {"account": account_id, "all": ids is None, "ids": list(ids or ())}
    return [MailboxRow(*row) for row in tx.tuples(_SELECT, values)]


def by_role(tx: Transaction, account_id: str, role: str) -> int:
    """The mailbox of that role, or the inbox, which nobody can destroy."""
    return int(
        tx.only(
            "SELECT id FROM mailbox WHERE account_id = %s AND role IN (%s, 'inbox') ORDER BY role = 'inbox' LIMIT 1",
            (account_id, role),
        )["id"]
    )


def create(unit: Unit, edit: MailboxEdit) -> int:
    mailbox, modseq = unit.new_id(), unit.tick("Mailbox")
    unit.tx.execute(
        "INSERT INTO mailbox (account_id, id, parent_id, name, role, sort_order, is_subscribed, uidvalidity,"
        " created_ms, updated_ms, counts_ms)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, extract(epoch FROM now())::bigint, %s, %s, 0)",
        (
            unit.account_id,
            mailbox,
            edit.parent_id,
            edit.name,
            edit.role,
            edit.sort_order,
            edit.is_subscribed,
            modseq,
            modseq,
        ),
    )
    return mailbox


def update(unit: Unit, mailbox_id: int, edit: MailboxEdit) -> None:
    unit.tx.execute(
        "UPDATE mailbox SET parent_id = %s, name = %s, role = %s, sort_order = %s, is_subscribed = %s, updated_ms = %s"
        " WHERE account_id = %s AND id = %s",
        (
            edit.parent_id,
            edit.name,
            edit.role,
            edit.sort_order,
            edit.is_subscribed,
            unit.tick("Mailbox"),
            unit.account_id,
            mailbox_id,
        ),
    )


def destroy(unit: Unit, mailbox_id: int) -> None:
    """It is empty: the foreign key of email_mailbox refuses otherwise."""
    row = unit.tx.only(
        "DELETE FROM mailbox WHERE account_id = %s AND id = %s RETURNING created_ms", (unit.account_id, mailbox_id)
    )
    bury(unit, "Mailbox", [(mailbox_id, row["created_ms"], None)])


def emails_in(tx: Transaction, account_id: str, mailbox_id: int) -> list[int]:
    sql = "SELECT email_id FROM email_mailbox WHERE account_id = %s AND mailbox_id = %s"
    return [id_ for (id_,) in tx.tuples(sql, (account_id, mailbox_id))]
