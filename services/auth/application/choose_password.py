"""The personal password, chosen by a ticket that the NUMEN opened: the one thing that it can do."""

from dataclasses import replace
from datetime import datetime

from contracts.auth import AccountChanged, Activation, Client, SignedIn
from contracts.errors import ErrorCode, ServiceError
from services.auth.application.account_events import announce
from services.auth.application.activation_rules import ActivationRules
from services.auth.application.enrol_email import EnrolEmail
from services.auth.application.new_password import NewPassword
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.activation import ActivationWindow
from services.auth.domain.digests import KeyRing, token_hash
from services.auth.domain.paper_code import InvalidPaperCodeError, parse_paper_code
from services.auth.domain.trail import Action, By, Entry

_MAX_TICKET = 256
_NO_CODE = ""


class ChoosePassword:
    def __init__(
        self,
        store: Store,
        keys: KeyRing,
        new_password: NewPassword,
        rules: ActivationRules,
        enrol: EnrolEmail,
        clock: Clock,
    ) -> None:
        self._store = store
        self._keys = keys
        self._new_password = new_password
        self._rules = rules
        self._enrol = enrol
        self._clock = clock

    def __call__(self, request: Activation) -> SignedIn:
        """Raises ServiceError ticket-expired; bad-code with `tries_left`, of which none leaves neither code nor ticket;
        invalid-request with `fields`; or weak-password with `advice`. The ticket otherwise lives on."""
        typed = request.recovery_email
        recovery_email = self._enrol.read(typed, "recovery_email") if typed.strip() else ""
        ticket_hash = token_hash(request.ticket.get_secret_value()[: _MAX_TICKET + 1])
        code = _code(request.code.get_secret_value())
        account = self._admit(ticket_hash, code, request.client)
        password_hash = self._new_password.check(account, request.password.get_secret_value())
        return self._activate(request.client, ticket_hash, code, password_hash, recovery_email)

    def _admit(self, ticket_hash: bytes, code: str, client: Client) -> Account:
        """A wrong code is counted, whatever becomes of the rest."""
        now = self._clock()
        with self._store.begin() as tx:
            account, window = self._presented(tx, ticket_hash, now)
            if self._is_right(account, window, code):
                return account
            counted = window.after_wrong_code()
            tx.put_activations([counted])
            if not counted.code_tries_left:
                tx.take_ticket(ticket_hash, now)
            details: dict[str, str | int] = {"reason": "code", "tries_left": counted.code_tries_left}
            failure = Entry(Action.SIGN_IN_FAILED, account.agent.account_id, By.UNKNOWN, client, details)
            record(tx, self._keys, now, failure)
        raise _bad_code(counted)

    def _activate(
        self, client: Client, ticket_hash: bytes, code: str, password_hash: str, recovery_email: str
    ) -> SignedIn:
        """Everything is looked at again: it may have changed while the hash was being made."""
        now = self._clock()
        with self._store.begin() as tx:
            account, window = self._presented(tx, ticket_hash, now)
            if not tx.take_ticket(ticket_hash, now):
                raise ServiceError(ErrorCode.TICKET_EXPIRED)
            if not self._is_right(account, window, code):
                raise _bad_code(window)
            active = replace(account, state="active")
            tx.end_activation(active.agent.account_id)
            signed_in = self._new_password.put(tx, active, password_hash, client)
            if account.state != active.state:
                announce(tx, [(AccountChanged, active)])
            done = [Action.ACTIVATED]
            if recovery_email:
                self._enrol(tx, active.agent.account_id, recovery_email, now)
                done.append(Action.RECOVERY_EMAIL_CHANGED)
            lines = (Entry(action, active.agent.account_id, By.AGENT, client) for action in done)
            record(tx, self._keys, now, *lines)
        return signed_in

    def _presented(self, tx: AuthTransaction, ticket_hash: bytes, now: datetime) -> tuple[Account, ActivationWindow]:
        """Whose ticket it is, locked, and the activation that it belongs to."""
        bearer = tx.account_of_ticket(ticket_hash, now)
        account_id = bearer.agent.account_id if bearer else ""
        account, window = tx.account(account_id, lock=True), tx.activation(account_id)
        if account is None or window is None or not window.is_of(account.state):
            raise ServiceError(ErrorCode.TICKET_EXPIRED)
        return account, window

    def _is_right(self, account: Account, window: ActivationWindow, code: str) -> bool:
        """The same work whether or not a code is needed, and whether or not there is one."""
        right = self._keys.is_activation_code(account.agent.account_id, code, window.code)
        return right or not self._rules.needs_code(window, account.agent)


def _code(typed: str) -> str:
    try:
        return parse_paper_code(typed)
    except InvalidPaperCodeError:
        return _NO_CODE


def _bad_code(window: ActivationWindow) -> ServiceError:
    return ServiceError(ErrorCode.BAD_CODE, details={"tries_left": window.code_tries_left})
