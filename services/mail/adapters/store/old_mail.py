"""What has been in trash and junk for too long: since when is email_mailbox.entered_at."""

from chassis.db import Transaction
from services.mail.application.retention import OldMailbox

_PAGE = """
SELECT account_id FROM mailbox WHERE account_id > %s AND role IN ('trash', 'junk')
GROUP BY account_id ORDER BY account_id LIMIT %s
"""
_OLD = """
SELECT m.account_id, m.id, kept.days
FROM unnest(%(roles)s::text[], %(days)s::integer[]) AS kept (role, days)
JOIN mailbox m ON m.account_id = ANY(%(accounts)s) AND m.role = kept.role AND m.total_emails > 0
WHERE EXISTS (
    SELECT 1 FROM email_mailbox em
    WHERE em.account_id = m.account_id AND em.mailbox_id = m.id
      AND em.entered_at < now() - make_interval(days => kept.days)
)
ORDER BY m.account_id, m.id
"""
_IDS = """
SELECT email_id FROM email_mailbox
WHERE account_id = %s AND mailbox_id = %s AND entered_at < now() - make_interval(days => %s)
ORDER BY email_id LIMIT %s
"""


class OldMail:
    """Implements application.retention.OldMail."""

    def accounts(self, tx: Transaction, after: str, most: int) -> list[str]:
        return [account_id for (account_id,) in tx.tuples(_PAGE, (after, most))]

    def mailboxes(self, tx: Transaction, accounts: list[str], days: dict[str, int]) -> list[OldMailbox]:
        values = {"accounts": accounts, "roles": list(days), "days": list(days.values())}
        return [OldMailbox(*row) for row in tx.tuples(_OLD, values)]

    def emails(self, tx: Transaction, mailbox: OldMailbox, most: int) -> list[int]:
        values = (mailbox.account_id, mailbox.id, mailbox.days, most)
        return [email_id for (email_id,) in tx.tuples(_IDS, values)]
