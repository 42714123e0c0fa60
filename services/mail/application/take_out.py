"""Emails leave a mailbox for good (RFC 8621 §2.5, onDestroyRemoveEmails)."""

from services.mail.application.rows import EmailFlags
from services.mail.application.store import Write


def take_out(write: Write, mailbox_id: int, emails: list[int]) -> None:
    """Those that are in no other mailbox are destroyed."""
    flags = write.flags(emails)
    write.change_emails(
        [EmailFlags(one.id, one.keywords, one.mailbox_ids - {mailbox_id}) for one in flags if len(one.mailbox_ids) > 1]
    )
    write.destroy_emails([one.id for one in flags if len(one.mailbox_ids) == 1])
