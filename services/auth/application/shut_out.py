"""Ends whatever stands open for an account: sessions, push subscriptions, and every way that somebody is about to come
in by."""

from contracts.auth import CredentialChanged
from services.auth.application.ports import AuthTransaction
from services.auth.application.sessions import announce_ended
from services.auth.domain.notice import NoticeKind


def shut_out(tx: AuthTransaction, account_id: str) -> int:
    """How many sessions ended. The window of a first activation stays; a reopened one goes. The caller holds the
    account's lock."""
    tx.end_push_subscriptions(account_id)
    ended = tx.end_sessions(account_id)
    announce_ended(tx, ended)
    # A link that is being made holds its notice's lock: it is waited for, so that its ticket goes too.
    tx.drop_unsent_notices(account_id, NoticeKind.RESET_LINK)
    tx.end_recoveries(account_id)
    tx.drop_ticket(account_id)
    tx.end_reopening(account_id)
    tx.publish(CredentialChanged(account_id=account_id))
    return len(ended)
