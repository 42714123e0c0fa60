"""Takes in a recovery address: it waits, and a link to confirm it is sent there."""

from datetime import datetime

from contracts.errors import ErrorCode, ServiceError
from services.auth.application.notices import owe
from services.auth.application.ports import AuthTransaction
from services.auth.domain.notice import NoticeKind
from services.auth.domain.recovery_email import InvalidRecoveryEmailError, parse_recovery_email


class EnrolEmail:
    def __init__(self, domain: str) -> None:
        self._domain = domain

    def read(self, text: str, field: str) -> str:
        """The address that was typed into `field` of a request. Raises ServiceError invalid-request with `fields`."""
        try:
            return parse_recovery_email(text, self._domain)
        except InvalidRecoveryEmailError:
            raise ServiceError(ErrorCode.INVALID_REQUEST, details={"fields": [field]}) from None

    def __call__(self, tx: AuthTransaction, account_id: str, address: str, now: datetime) -> None:
        """`address` as `read` gave it. The caller holds the account's lock. Notices come before addresses, as in the
        process that sends them: neither waits for the other."""
        tx.drop_unsent_notices(account_id, NoticeKind.CONFIRM_ADDRESS)
        tx.put_waiting_email(account_id, address, now)
        owe(tx, NoticeKind.CONFIRM_ADDRESS, account_id, now)
