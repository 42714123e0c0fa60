"""Makes an account's printed recovery codes; earlier ones are void."""

from pydantic import SecretStr

from contracts.account import CodesRequest, RecoveryCodes
from services.auth.application.confirm_holder import ConfirmHolder
from services.auth.application.ports import Clock, Store
from services.auth.application.sessions import Sessions
from services.auth.application.trail import record
from services.auth.domain.digests import KeyRing
from services.auth.domain.paper_code import RECOVERY_GROUPS, new_paper_code, parse_paper_code
from services.auth.domain.trail import Action, By, Entry

CODES = 10


class MakeRecoveryCodes:
    def __init__(
        self, store: Store, keys: KeyRing, confirm_holder: ConfirmHolder, sessions: Sessions, clock: Clock
    ) -> None:
        self._store = store
        self._keys = keys
        self._confirm_holder = confirm_holder
        self._sessions = sessions
        self._clock = clock

    def __call__(self, request: CodesRequest) -> RecoveryCodes:
        """Shown this once: only their digests are kept. Raises what ConfirmHolder raises."""
        account_id = self._confirm_holder(request.holder, request.current).agent.account_id
        codes = [new_paper_code(RECOVERY_GROUPS) for _ in range(CODES)]
        digests = [self._keys.recovery_code(account_id, parse_paper_code(code, RECOVERY_GROUPS)) for code in codes]
        with self._store.begin() as tx:
            tx.account(account_id, lock=True)
            self._sessions.of(tx, request.holder)
            tx.replace_recovery_codes(account_id, digests)
            made = Entry(Action.RECOVERY_CODES_MADE, account_id, By.AGENT, request.holder.client)
            record(tx, self._keys, self._clock(), made)
        return RecoveryCodes(codes=[SecretStr(code) for code in codes])
