"""What an account has enrolled for the day its password is lost, as its holder may see it."""

from contracts.account import RecoveryMeans
from services.auth.application.ports import AuthTransaction
from services.auth.domain.digests import KeyRing
from services.auth.domain.recovery_email import masked


def means_of(tx: AuthTransaction, keys: KeyRing, account_id: str) -> RecoveryMeans:
    emails = tx.recovery_emails(account_id)
    codes_left = tx.recovery_codes_left(account_id, keys.ids)
    waiting = masked(emails.waiting) if emails.waiting else ""
    if emails.confirmed is None:
        return RecoveryMeans(email=waiting, codes_left=codes_left)
    return RecoveryMeans(
        email=masked(emails.confirmed), email_confirmed=True, email_waiting=waiting, codes_left=codes_left
    )
