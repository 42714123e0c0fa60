"""The first personal password: the one thing that an activation ticket can do."""

from dataclasses import replace

from contracts.auth import AccountChanged, Activation, SignedIn
from contracts.errors import ErrorCode, ServiceError
from services.auth.application.account_events import announce
from services.auth.application.new_password import NewPassword
from services.auth.application.ports import Clock, Store
from services.auth.domain.account import Account
from services.auth.domain.digests import token_hash

_MAX_TICKET = 256


class ChoosePassword:
    def __init__(self, store: Store, new_password: NewPassword, clock: Clock) -> None:
        self._store = store
        self._new_password = new_password
        self._clock = clock

    def __call__(self, request: Activation) -> SignedIn:
        """Raises ServiceError ticket-expired, or weak-password with `advice`: the ticket then lives on."""
        ticket_hash = token_hash(request.ticket.get_secret_value()[: _MAX_TICKET + 1])
        account = self._account_of(ticket_hash)
        password_hash = self._new_password.check(account, request.password.get_secret_value())
        return self._activate(request, account, ticket_hash, password_hash)

    def _account_of(self, ticket_hash: bytes) -> Account:
        with self._store.begin() as tx:
            account = tx.account_of_ticket(ticket_hash, self._clock())
        if account is None or account.state != "never_activated":
            raise ServiceError(ErrorCode.TICKET_EXPIRED)
        return account

    def _activate(self, request: Activation, account: Account, ticket_hash: bytes, password_hash: str) -> SignedIn:
        with self._store.begin() as tx:
            current = tx.account(account.agent.account_id, lock=True)
            if current is None or current.state != "never_activated":
                raise ServiceError(ErrorCode.TICKET_EXPIRED)
            if not tx.take_ticket(ticket_hash, self._clock()):
                raise ServiceError(ErrorCode.TICKET_EXPIRED)
            active = replace(current, state="active")
            signed_in = self._new_password.put(tx, active, password_hash, request.client)
            announce(tx, [(AccountChanged, active)])
        return signed_in
