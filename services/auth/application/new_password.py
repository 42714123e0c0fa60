"""A new personal password, whoever sets it: what it must be, and what ends when it is there."""

from collections.abc import Callable
from datetime import date

from contracts.auth import Client, SignedIn
from contracts.errors import ErrorCode, ServiceError
from services.auth.application.notices import owe
from services.auth.application.ports import AuthTransaction, Clock, CommonPasswords, Hasher, Run
from services.auth.application.sessions import Sessions
from services.auth.application.shut_out import shut_out
from services.auth.domain.account import Account
from services.auth.domain.digests import KeyRing
from services.auth.domain.notice import NoticeKind
from services.auth.domain.password_policy import Personal, normalise_password, weaknesses
from services.auth.domain.personal_words import personal_words


class NewPassword:
    def __init__(
        self, hasher: Hasher, is_listed: CommonPasswords, keys: KeyRing, sessions: Sessions, clock: Clock, run: Run
    ) -> None:
        self._hasher = hasher
        self._is_listed = is_listed
        self._keys = keys
        self._sessions = sessions
        self._clock = clock
        self._run = run

    def advice(self, account: Account, password: str) -> list[str]:
        """Why the account's holder may not choose it: codes, empty when they may. The longest take 50 ms to judge."""
        personal = personal_of(account, self._keys)
        return self._run(lambda: weaknesses(normalise_password(password), personal, self._is_listed))

    def check(self, account: Account, password: str) -> str:
        """The hash to keep of it. Raises ServiceError weak-password with `advice`. Takes as long as a hash does: call
        it outside of transactions."""
        advice = self.advice(account, password)
        if advice:
            raise ServiceError(ErrorCode.WEAK_PASSWORD, details={"advice": advice})
        return self._hasher.hash(normalise_password(password))

    def put(self, tx: AuthTransaction, account: Account, password_hash: str, client: Client) -> SignedIn:
        """Writes it, ends whatever stands open for the account, opens a session, and has the recovery address told. The
        caller holds the account's lock, and has seen that the account may sign in; `announce` and `record` come after
        this."""
        account_id, now = account.agent.account_id, self._clock()
        tx.set_password(account_id, password_hash, now)
        shut_out(tx, account_id)
        owe(tx, NoticeKind.PASSWORD_CHANGED, account_id, now)
        return self._sessions.open(tx, account, client)


def personal_of(account: Account, keys: KeyRing) -> Personal:
    """What must not stand in the account's password."""
    return Personal(
        personal_words(account.agent, account.short_login), _is_numen(account, keys), _is_birth_date(account, keys)
    )


def _is_numen(account: Account, keys: KeyRing) -> Callable[[str], bool]:
    return lambda candidate: account.numen is not None and keys.is_numen(candidate, account.numen)


def _is_birth_date(account: Account, keys: KeyRing) -> Callable[[date], bool]:
    return lambda candidate: keys.is_birth_date(account.agent.account_id, candidate, account.birth_date)
