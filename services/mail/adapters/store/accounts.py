"""Accounts, as the events of auth tell of them, in whichever order they come."""

from chassis.db import Transaction
from contracts.auth import AccountEvent, DirectoryPosition
from services.mail.adapters.store import identities, mailboxes
from services.mail.adapters.store.unit import unit
from services.mail.application.ports import UnknownAccountError
from services.mail.application.rows import Account, MailboxEdit
from services.mail.domain.mailboxes import DEFAULT_MAILBOXES

_UPSERT = """
INSERT INTO account AS a (account_id, address, given_name, family_name, state, sequence)
VALUES (%(account)s, %(address)s, %(given_name)s, %(family_name)s, %(state)s, %(sequence)s)
ON CONFLICT (account_id) DO UPDATE
SET given_name = excluded.given_name, family_name = excluded.family_name, state = excluded.state,
    sequence = excluded.sequence
WHERE a.sequence < excluded.sequence
RETURNING (xmax = 0) AS is_new
"""

_ADDRESS = """
INSERT INTO address (address, account_id, state) VALUES (lower(%(address)s), %(account)s, %(state)s)
ON CONFLICT (address) DO UPDATE SET state = excluded.state
"""


class Accounts:
    """Implements application.ports.AccountDirectory."""

    def apply(self, tx: Transaction, event: AccountEvent) -> None:
        agent = event.agent
        values = {
            "account": agent.account_id,
            "address": agent.address,
            "given_name": agent.given_name,
            "family_name": agent.family_name,
            "state": event.state,
            "sequence": event.sequence,
        }
        written = tx.one(_UPSERT, values)
        if written is not None:
            tx.execute(_ADDRESS, values)
            if written["is_new"]:
                _open(tx, agent.account_id)
            with unit(tx, agent.account_id) as work:
                identities.renew_own(work)
        tx.execute("UPDATE directory SET applied_count = applied_count + 1")

    def position(self, tx: Transaction, event: DirectoryPosition) -> None:
        tx.execute(
            "UPDATE directory SET position = greatest(position, %s),"
            " position_at = greatest(position_at, to_timestamp(%s))",
            (event.sequence, event.at),
        )


def account(tx: Transaction, account_id: str) -> Account:
    row = tx.tuples(
        "SELECT account_id, address, given_name, family_name, state FROM account WHERE account_id = %s", (account_id,)
    )
    if not row:
        raise UnknownAccountError
    return Account(*row[0])


def _open(tx: Transaction, account_id: str) -> None:
    tx.execute("INSERT INTO account_state (account_id) VALUES (%s)", (account_id,))
    with unit(tx, account_id) as work:
        for place, (role, name) in enumerate(DEFAULT_MAILBOXES, start=1):
            mailboxes.create(work, MailboxEdit(None, name, role, place, True))
