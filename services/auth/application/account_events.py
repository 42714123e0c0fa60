"""Tells the other services what became of accounts, numbered without a gap in the order of commits."""

from collections.abc import Sequence

from contracts.auth import AccountChanged, AccountCreated
from services.auth.application.ports import AuthTransaction
from services.auth.domain.account import Account

Change = tuple[type[AccountCreated] | type[AccountChanged], Account]


def announce(tx: AuthTransaction, changes: Sequence[Change]) -> None:
    """Call it last in a transaction: from here until the commit, whoever else changes an account waits."""
    if not changes:
        return
    first = tx.next_sequences(len(changes))
    for sequence, (event, account) in enumerate(changes, start=first):
        tx.publish(event(sequence=sequence, agent=account.agent, state=account.state))
