"""A new password for whoever lost theirs: the one thing that a reset ticket can do."""

from contracts.auth import NO_SECRET, SignedIn
from contracts.errors import ErrorCode, ServiceError
from contracts.recovery import PasswordReset
from services.auth.application.new_password import NewPassword
from services.auth.application.ports import Clock, Store
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.digests import KeyRing, token_hash
from services.auth.domain.trail import Action, By, Entry

_MAX_TICKET = 256


class ResetPassword:
    def __init__(self, store: Store, keys: KeyRing, new_password: NewPassword, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._new_password = new_password
        self._clock = clock

    def __call__(self, request: PasswordReset) -> SignedIn:
        """Every session ends, no device is known any more, and a new session opens. Raises ServiceError ticket-expired,
        or weak-password with `advice`: the ticket then lives on."""
        ticket_hash = token_hash(request.ticket.get_secret_value()[: _MAX_TICKET + 1])
        account = self._account_of(ticket_hash)
        password_hash = self._new_password.check(account, request.password.get_secret_value())
        return self._reset(request, account.agent.account_id, ticket_hash, password_hash)

    def _account_of(self, ticket_hash: bytes) -> Account:
        with self._store.begin() as tx:
            account = tx.account_of_reset_ticket(ticket_hash, self._clock())
        if account is None or account.state != "active":
            raise ServiceError(ErrorCode.TICKET_EXPIRED)
        return account

    def _reset(self, request: PasswordReset, account_id: str, ticket_hash: bytes, password_hash: str) -> SignedIn:
        now = self._clock()
        with self._store.begin() as tx:
            account = tx.account(account_id, lock=True)
            if account is None or account.state != "active" or not tx.take_reset_ticket(ticket_hash, now):
                raise ServiceError(ErrorCode.TICKET_EXPIRED)
            tx.forget_devices(account_id)
            # This one too: it becomes known again under a value that nobody else can hold.
            client = request.client.model_copy(update={"device": NO_SECRET})
            signed_in = self._new_password.put(tx, account, password_hash, client)
            record(tx, self._keys, now, Entry(Action.PASSWORD_RESET, account_id, By.AGENT, client))
        return signed_in
