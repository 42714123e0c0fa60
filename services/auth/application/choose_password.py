"""The first personal password: the one thing that an activation ticket can do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from contracts.auth import AccountChanged, Activation, CredentialChanged, SignedIn
from contracts.errors import ErrorCode, ServiceError
from services.auth.application.account_events import announce
from services.auth.application.ports import Clock, Hasher, Store
from services.auth.application.sessions import Sessions
from services.auth.domain.account import Account
from services.auth.domain.digests import KeyRing, token_hash
from services.auth.domain.password_policy import Personal, normalise_password, weaknesses
from services.auth.domain.personal_words import personal_words

_MAX_TICKET = 256


class ChoosePassword:
    def __init__(self, store: Store, hasher: Hasher, keys: KeyRing, sessions: Sessions, clock: Clock) -> None:
        self._store = store
        self._hasher = hasher
        self._keys = keys
        self._sessions = sessions
        self._clock = clock

    def __call__(self, request: Activation) -> SignedIn:
        """Raises ServiceError ticket-expired, or weak-password with `advice`: the ticket then lives on."""
        ticket_hash = token_hash(request.ticket.get_secret_value()[: _MAX_TICKET + 1])
        account = self._account_of(ticket_hash)
        password = normalise_password(request.password.get_secret_value())
        advice = weaknesses(password, personal_of(account, self._keys))
        if advice:
            raise ServiceError(ErrorCode.WEAK_PASSWORD, details={"advice": advice})
        return self._activate(account, ticket_hash, self._hasher.hash(password))

    def _account_of(self, ticket_hash: bytes) -> Account:
        with self._store.begin() as tx:
            account = tx.account_of_ticket(ticket_hash, self._clock())
        if account is None or account.state != "never_activated":
            raise ServiceError(ErrorCode.TICKET_EXPIRED)
        return account

    def _activate(self, account: Account, ticket_hash: bytes, password_hash: str) -> SignedIn:
        with self._store.begin() as tx:
            current = tx.account(account.agent.account_id, lock=True)
            if current is None or current.state != "never_activated":
                raise ServiceError(ErrorCode.TICKET_EXPIRED)
            if not tx.take_ticket(ticket_hash, self._clock()):
                raise ServiceError(ErrorCode.TICKET_EXPIRED)
            active = replace(current, state="active", password_hash=password_hash)
            tx.set_password(active.agent.account_id, password_hash)
            signed_in = self._sessions.open(tx, active)
            tx.publish(CredentialChanged(account_id=active.agent.account_id))
            announce(tx, [(AccountChanged, active)])
        return signed_in


def personal_of(account: Account, keys: KeyRing) -> Personal:
    """What must not stand in the account's password."""
    return Personal(personal_words(account.agent), _is_numen(account, keys), _is_birth_date(account, keys))


def _is_numen(account: Account, keys: KeyRing) -> Callable[[str], bool]:
    return lambda candidate: account.numen is not None and keys.is_numen(candidate, account.numen)


def _is_birth_date(account: Account, keys: KeyRing) -> Callable[[date], bool]:
    return lambda candidate: keys.is_birth_date(account.agent.account_id, candidate, account.birth_date)
