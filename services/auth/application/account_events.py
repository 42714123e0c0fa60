"""Tells the other services what became of accounts, numbered without a gap in the order of commits; and open pages that
their own changed."""

import secrets
from collections.abc import Sequence

from contracts.auth import AccountChanged, AccountCreated, AccountStateChanged
from services.auth.application.ports import AuthTransaction
from services.auth.domain.account import Account

Change = tuple[type[AccountCreated] | type[AccountChanged], Account]


def announce(tx: AuthTransaction, changes: Sequence[Change]) -> None:
    """Call it last in a transaction: from here until the commit, whoever else changes an account waits."""
    if not changes:
        return
    first = tx.next_sequences(len(changes))
    tx.publish(
        *(
            event(sequence=sequence, agent=account.agent, state=account.state)
            for sequence, (event, account) in enumerate(changes, start=first)
        )
    )


def announce_view(tx: AuthTransaction, account_id: str) -> None:
    """Every open page of the holder's reads the account again."""
    tx.publish(AccountStateChanged(account_id=account_id, changed={"Account": secrets.token_hex(8)}))
