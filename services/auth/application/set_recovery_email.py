"""Gives an account another recovery address, or none. Where there is one already, it goes on until the new one is
confirmed, and is then told."""

from contracts.account import RecoveryEmail, RecoveryMeans
from services.auth.application.confirm_holder import ConfirmHolder
from services.auth.application.enrol_email import EnrolEmail
from services.auth.application.notices import owe
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.recovery_means import means_of
from services.auth.application.sessions import Sessions
from services.auth.application.trail import record
from services.auth.domain.digests import KeyRing
from services.auth.domain.notice import NoticeKind
from services.auth.domain.trail import Action, By, Entry


class SetRecoveryEmail:
    def __init__(
        self,
        store: Store,
        keys: KeyRing,
        confirm_holder: ConfirmHolder,
        sessions: Sessions,
        enrol: EnrolEmail,
        clock: Clock,
    ) -> None:
        self._store = store
        self._keys = keys
        self._confirm_holder = confirm_holder
        self._sessions = sessions
        self._enrol = enrol
        self._clock = clock

    def __call__(self, request: RecoveryEmail) -> RecoveryMeans:
        """Raises ServiceError invalid-request with `fields`, or what ConfirmHolder raises."""
        address = self._enrol.read(request.address, "address") if request.address.strip() else ""
        account_id = self._confirm_holder(request.holder, request.current).agent.account_id
        with self._store.begin() as tx:
            tx.account(account_id, lock=True)
            self._sessions.of(tx, request.holder)
            action = self._change(tx, account_id, address)
            means = means_of(tx, self._keys, account_id)
            if action is not None:
                record(tx, self._keys, self._clock(), Entry(action, account_id, By.AGENT, request.holder.client))
        return means

    def _change(self, tx: AuthTransaction, account_id: str, address: str) -> Action | None:
        """What was done; None when there was nothing to do."""
        now, earlier = self._clock(), tx.recovery_emails(account_id)
        if address:
            self._enrol(tx, account_id, address, now)
            return Action.RECOVERY_EMAIL_CHANGED
        for kind in (NoticeKind.RESET_LINK, NoticeKind.CONFIRM_ADDRESS):
            tx.drop_unsent_notices(account_id, kind)
        tx.remove_recovery_emails(account_id)
        if earlier.confirmed:
            owe(tx, NoticeKind.ADDRESS_CHANGED, account_id, now, earlier.confirmed)
        return Action.RECOVERY_EMAIL_REMOVED if earlier.confirmed or earlier.waiting else None
