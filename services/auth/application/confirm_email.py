"""A recovery address proves to be read by somebody who agrees: the link that was sent there was opened."""

from contracts.base import Empty
from contracts.errors import ErrorCode, ServiceError
from contracts.recovery import EmailConfirmation
from services.auth.application.account_events import announce_view
from services.auth.application.notices import owe
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.trail import record
from services.auth.domain.digests import KeyRing, token_hash
from services.auth.domain.notice import NoticeKind
from services.auth.domain.trail import Action, By, Entry

_MAX_TOKEN = 256


class ConfirmEmail:
    def __init__(self, store: Store, keys: KeyRing, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock

    def __call__(self, request: EmailConfirmation) -> Empty:
        """From now on links go there; an earlier address is told. Twice is the same as once. Raises ServiceError
        ticket-expired."""
        digest = token_hash(request.token.get_secret_value()[: _MAX_TOKEN + 1])
        with self._store.begin() as tx:
            found = tx.email_of_confirmation(digest, self._clock())
            if found is None or tx.account(found.account_id, lock=True) is None:
                raise ServiceError(ErrorCode.TICKET_EXPIRED)
            self._confirm(tx, found.account_id, digest)
        return Empty()

    def _confirm(self, tx: AuthTransaction, account_id: str, digest: bytes) -> None:
        """The link is looked up again: the address may have been changed while the lock was waited for."""
        now = self._clock()
        found = tx.email_of_confirmation(digest, now)
        if found is None:
            raise ServiceError(ErrorCode.TICKET_EXPIRED)
        if found.confirmed:
            return
        earlier = tx.recovery_emails(account_id)
        tx.confirm_email(account_id)
        if earlier.confirmed and earlier.confirmed != earlier.waiting:
            owe(tx, NoticeKind.ADDRESS_CHANGED, account_id, now, earlier.confirmed)
        announce_view(tx, account_id)
        record(tx, self._keys, now, Entry(Action.RECOVERY_EMAIL_CONFIRMED, account_id, By.AGENT))
