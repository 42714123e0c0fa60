"""Whether a login and a password belong together. The same work and the same error whoever the login names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from contracts.auth import Client, Credentials
from contracts.errors import ErrorCode, ServiceError
from services.auth.application.guard import Attempt, Factor, Guard, Guess
from services.auth.application.ports import AuthTransaction, Clock, Hasher, Refusal, Store
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.activation import ActivationWindow
from services.auth.domain.address import normalise_login
from services.auth.domain.digests import KeyRing
from services.auth.domain.numen import InvalidNumenError, parse_numen
from services.auth.domain.password_policy import is_too_long, normalise_password
from services.auth.domain.short_login import short_login_typed
from services.auth.domain.trail import Action, By, Entry

_NO_NUMEN = "00A0000000AAA"


@dataclass(frozen=True, slots=True)
class Proof:
    """What the credentials proved. Exactly one of `by_password` and `by_numen` is true; the second only while the
    account's activation is open."""

    account: Account
    attempt: Attempt
    by_password: bool
    by_numen: bool

    def holds_for(self, account: Account | None) -> bool:
        """Whether the account, read again, is still what was proved: verifying takes time."""
        return account is not None and (account.state, account.password_changed_at) == (
            self.account.state,
            self.account.password_changed_at,
        )


class CheckPassword:
    def __init__(self, store: Store, hasher: Hasher, keys: KeyRing, guard: Guard, clock: Clock, domain: str) -> None:
        self._store = store
        self._hasher = hasher
        self._keys = keys
        self._guard = guard
        self._clock = clock
        self._domain = domain

    def __call__(self, credentials: Credentials, *, can_be_shown_a_code: bool) -> Proof:
        """Raises ServiceError bad-credentials, or what `guard` refuses with. The caller tells `attempt` when it all
        succeeded."""
        now = self._clock()
        attempt, account, window = self._begin(credentials, can_be_shown_a_code, now)
        password = credentials.password.get_secret_value()
        by_password = self._checked(attempt, account, password)
        is_numen = self._is_numen(account, password)
        by_numen = is_numen and account is not None and window is not None and window.is_open(account.state, now)
        if account is None or not (by_password or by_numen):
            details = {"reason": "activation-closed"} if is_numen else {}
            with self._store.begin() as tx:
                self.fail(tx, account, credentials.client, details)
        return Proof(account, attempt, by_password, by_numen)

    def fail(
        self, tx: AuthTransaction, account: Account | None, client: Client, details: Mapping[str, str] | None = None
    ) -> NoReturn:
        """The answer is one and the same; the trail may know more. Raises Refusal bad-credentials."""
        account_id = account.agent.account_id if account else None
        failure = Entry(Action.SIGN_IN_FAILED, account_id, By.UNKNOWN, client, details or {})
        record(tx, self._keys, self._clock(), failure)
        raise Refusal(ErrorCode.BAD_CREDENTIALS)

    def _begin(
        self, credentials: Credentials, can_be_shown_a_code: bool, now: datetime
    ) -> tuple[Attempt, Account | None, ActivationWindow | None]:
        typed = credentials.login
        address = normalise_login(typed, self._domain) or ""
        with self._store.begin() as tx:
            account = tx.account_by_login(address, short_login_typed(typed))
            window = tx.activation(account.agent.account_id if account else "")
            guess = Guess(
                factor=_factor(credentials.password.get_secret_value()),
                login=address or typed.strip().lower(),
                client=credentials.client,
                account_id=account.agent.account_id if account else None,
            )
            if can_be_shown_a_code:
                return self._guard.begin(tx, guess, credentials.solved, now), account, window
            return self._guard.begin_unasked(tx, guess, now), account, window

    def _checked(self, attempt: Attempt, account: Account | None, password: str) -> bool:
        """A check that no hash came free for, or that outlived its deadline, is nobody's wrong guess."""
        try:
            return self._is_password(account, password, attempt.ahead)
        except ServiceError as error:
            if error.code != ErrorCode.BAD_CREDENTIALS:
                with self._store.begin() as tx:
                    attempt.came_to_nothing(tx)
            raise

    def _is_password(self, account: Account | None, password: str, ahead: bool) -> bool:
        known = account.password_hash if account and account.state == "active" else None
        presented = "" if is_too_long(password) else normalise_password(password)
        verified = self._hasher.verify(known or self._hasher.dummy, presented, ahead=ahead)
        return verified and known is not None

    def _is_numen(self, account: Account | None, password: str) -> bool:
        try:
            numen = parse_numen(password)
        except InvalidNumenError:
            numen = _NO_NUMEN
        return self._keys.is_numen(numen, account.numen if account else None)


def _factor(presented: str) -> Factor:
    try:
        parse_numen(presented)
    except InvalidNumenError:
        return Factor.PASSWORD
    return Factor.NUMEN


def refuse() -> NoReturn:
    raise ServiceError(ErrorCode.BAD_CREDENTIALS)
