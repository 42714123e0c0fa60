"""Exchanges a printed code, by whoever said who they are, for a ticket to choose a new password."""

from datetime import datetime, timedelta

from pydantic import SecretStr

from chassis.settings import AccountPolicy
from contracts.errors import ErrorCode, ServiceError
from contracts.recovery import CodeRedemption, ResetTicket
from services.auth.application.guard import Factor, Guard, Guess
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.trail import record
from services.auth.domain.digests import KeyRing, new_token, token_hash
from services.auth.domain.paper_code import RECOVERY_GROUPS, InvalidPaperCodeError, parse_paper_code
from services.auth.domain.trail import Action, By, Entry

_MAX_TOKEN = 256
_NO_CODE = "0" * 20
_NOBODY = "a000000000000"


class RedeemCode:
    def __init__(self, store: Store, keys: KeyRing, guard: Guard, clock: Clock, policy: AccountPolicy) -> None:
        self._store = store
        self._keys = keys
        self._guard = guard
        self._clock = clock
        self._life = timedelta(minutes=policy.recovery_link_minutes)

    def __call__(self, request: CodeRedemption) -> ResetTicket:
        """Raises ServiceError bad-code for any reason, with the same work whether or not the recovery is somebody's; or
        slow-down after too many wrong ones in one recovery."""
        now, recovery = self._clock(), token_hash(request.recovery.get_secret_value()[: _MAX_TOKEN + 1])
        guess = Guess(Factor.RECOVERY_CODE, recovery.hex(), request.client, None)
        with self._store.begin() as tx:
            attempt = self._guard.begin_held(tx, guess, recovery.hex(), now)
            account_id = tx.account_id_of_recovery(recovery, now)
            ticket = self._exchanged(tx, account_id or _NOBODY, request.code.get_secret_value(), now)
            if ticket:
                attempt.succeeded(tx)
            action = Action.RECOVERY_CODE_USED if ticket else Action.RECOVERY_FAILED
            by = By.AGENT if ticket else By.UNKNOWN
            record(tx, self._keys, now, Entry(action, account_id, by, request.client))
        if not ticket:
            raise ServiceError(ErrorCode.BAD_CODE)
        return ResetTicket(ticket=SecretStr(ticket))

    def _exchanged(self, tx: AuthTransaction, account_id: str, typed: str, now: datetime) -> str:
        """The ticket; "" when the code is not one of theirs. Locks the account only once it is."""
        try:
            symbols = parse_paper_code(typed, RECOVERY_GROUPS)
        except InvalidPaperCodeError:
            symbols = _NO_CODE
        candidates = [code.digest for code in self._keys.recovery_code_under_every_key(account_id, symbols)]
        if not tx.is_recovery_code(account_id, candidates):
            return ""
        account = tx.account(account_id, lock=True)
        if account is None or account.state != "active" or not tx.take_recovery_code(account_id, candidates):
            return ""
        ticket = new_token()
        tx.put_reset_ticket(account_id, token_hash(ticket), now + self._life)
        return ticket
