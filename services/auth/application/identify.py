"""Begins the recovery of a lost password: NUMEN and birth date say who somebody is, and prove nothing. The answer, the
statements, the rows and the computations are the same whoever it is and whether or not anybody is."""

from datetime import date, timedelta

from pydantic import SecretStr

from chassis.settings import AccountPolicy
from contracts.errors import ErrorCode, ServiceError
from contracts.recovery import Identification, RecoveryStarted
from services.auth.application.guard import Factor, Guard, Guess
from services.auth.application.notices import owe
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.trail import record
from services.auth.domain.birth_date import InvalidBirthDateError, parse_birth_date
from services.auth.domain.digests import KeyRing, new_token, token_hash
from services.auth.domain.notice import NoticeKind
from services.auth.domain.numen import InvalidNumenError, parse_numen
from services.auth.domain.trail import Action, By, Entry

_NOBODY = "a000000000000"


class Identify:
    def __init__(self, store: Store, keys: KeyRing, guard: Guard, clock: Clock, policy: AccountPolicy) -> None:
        self._store = store
        self._keys = keys
        self._guard = guard
        self._clock = clock
        self._life = timedelta(minutes=policy.recovery_link_minutes)

    def __call__(self, request: Identification) -> RecoveryStarted:
        """Raises ServiceError invalid-request with `fields`, for what no NUMEN and no birth date can look like, or
        challenge-required."""
        numen, birth_date = self._read(request)
        now, token = self._clock(), new_token()
        guess = Guess(Factor.RECOVERY, self._keys.numen(numen).digest.hex(), request.client, None)
        with self._store.begin() as tx:
            self._guard.begin_asked(tx, guess, request.solved, now)
            named, account_id = self._who(tx, numen, birth_date)
            tx.add_recovery(token_hash(token), account_id, now + self._life)
            owe(tx, NoticeKind.RESET_LINK, account_id, now)
            action = Action.RECOVERY_ASKED if account_id else Action.RECOVERY_FAILED
            record(tx, self._keys, now, Entry(action, named, By.UNKNOWN, request.client))
        # Whole seconds: the answers are of one length, too.
        return RecoveryStarted(
            recovery=SecretStr(token), expires_at=(now + self._life).replace(microsecond=0).timestamp()
        )

    def _read(self, request: Identification) -> tuple[str, date]:
        """Depends on what was typed alone."""
        numen, birth_date, fields = "", date.min, []
        try:
            numen = parse_numen(request.numen.get_secret_value())
        except InvalidNumenError:
            fields.append("numen")
        try:
            birth_date = parse_birth_date(request.birth_date.get_secret_value(), self._clock().date())
        except InvalidBirthDateError:
            fields.append("birth_date")
        if fields:
            raise ServiceError(ErrorCode.INVALID_REQUEST, details={"fields": fields})
        return numen, birth_date

    def _who(self, tx: AuthTransaction, numen: str, birth_date: date) -> tuple[str | None, str | None]:
        """Whose NUMEN it is; and who may recover: the same person, when the date is theirs and the account active."""
        identity = tx.identity([digest.digest for digest in self._keys.numen_under_every_key(numen)])
        is_theirs = self._keys.is_birth_date(identity.account_id or _NOBODY, birth_date, identity.birth_date)
        may_recover = is_theirs and identity.state == "active"
        return identity.account_id, identity.account_id if may_recover else None
