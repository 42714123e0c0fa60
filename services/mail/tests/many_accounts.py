"""Many accounts in a mail database at once, without auth: what its events would have made of them."""

from chassis.db import Transaction
from services.mail.domain.mailboxes import DEFAULT_MAILBOXES

_ACCOUNTS = """
WITH one AS (SELECT 'many' || to_char(n, 'FM000000') AS id, 'm' || to_char(n, 'FM000000') || '@ac.example' AS address
             FROM generate_series(1, %(many)s) AS n),
account AS (
    INSERT INTO account (account_id, address, given_name, family_name, state, sequence)
    SELECT id, address, 'Agent', id, 'active', 1 FROM one
)
SELECT id, address FROM one ORDER BY id
"""
_ADDRESSES = "INSERT INTO address (address, account_id, state) SELECT * FROM unnest(%s::text[], %s::text[], %s::text[])"
_STATES = "INSERT INTO account_state (account_id, modseq, next_id, mailbox_ms) SELECT unnest(%s::text[]), %s, %s, %s"
_MAILBOXES = """
INSERT INTO mailbox (account_id, id, name, role, sort_order, uidvalidity, created_ms, updated_ms, counts_ms)
SELECT account, place, name, role, place, 1, place, place, 0
FROM unnest(%s::text[]) AS account, unnest(%s::text[], %s::text[]) WITH ORDINALITY AS made (role, name, place)
"""


def open_accounts(tx: Transaction, many: int) -> list[tuple[str, str | None]]:
    """(address, account) of each."""
    made = [(address, account) for account, address in tx.tuples(_ACCOUNTS, {"many": many})]
    accounts, boxes = [account for _, account in made], len(DEFAULT_MAILBOXES)
    tx.execute(_ADDRESSES, ([address for address, _ in made], accounts, ["active"] * many))
    tx.execute(_STATES, (accounts, boxes, boxes + 1, boxes))
    tx.execute(_MAILBOXES, (accounts, [role for role, _ in DEFAULT_MAILBOXES], [name for _, name in DEFAULT_MAILBOXES]))
    return list(made)
