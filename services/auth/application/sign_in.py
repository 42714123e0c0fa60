"""Signs an agent in: a session by the personal password, or a ticket by the NUMEN while activation is open."""

from datetime import timedelta

from pydantic import SecretStr

from contracts.auth import Client, Credentials, MustChoosePassword, SignInReply
from services.auth.application.activation_rules import ActivationRules
from services.auth.application.check_password import CheckPassword, Proof
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.application.renew_hash import RenewHash
from services.auth.application.sessions import Sessions
from services.auth.application.trail import record
from services.auth.domain.account import Account
from services.auth.domain.digests import KeyRing, new_token, token_hash
from services.auth.domain.trail import Action, By, Entry


class SignIn:
    def __init__(
        self,
        store: Store,
        keys: KeyRing,
        check_password: CheckPassword,
        renew_hash: RenewHash,
        sessions: Sessions,
        rules: ActivationRules,
        clock: Clock,
        ticket_minutes: int,
    ) -> None:
        self._store = store
        self._keys = keys
        self._rules = rules
        self._check_password = check_password
        self._renew_hash = renew_hash
        self._sessions = sessions
        self._clock = clock
        self._ticket_life = timedelta(minutes=ticket_minutes)

    def __call__(self, credentials: Credentials) -> SignInReply:
        """Raises ServiceError bad-credentials or challenge-required."""
        proof = self._check_password(credentials, can_be_shown_a_code=True)
        with self._store.begin() as tx:
            account = tx.account(proof.account.agent.account_id, lock=True)
            if account is None or not proof.holds_for(account):
                self._check_password.fail(tx, proof.account, credentials.client)
            reply, done = self._open(tx, proof, account, credentials.client)
            proof.attempt.succeeded(tx)
            record(tx, self._keys, self._clock(), done)
        if proof.by_password:
            self._renew_hash(proof.account, credentials.password.get_secret_value())
        return reply

    def _open(self, tx: AuthTransaction, proof: Proof, account: Account, client: Client) -> tuple[SignInReply, Entry]:
        """What opens, and what the trail says of it."""
        account_id = account.agent.account_id
        if proof.by_password:
            opened = SignInReply(signed_in=self._sessions.open(tx, account, client))
            return opened, Entry(Action.SIGNED_IN, account_id, By.AGENT, client)
        ticket = SignInReply(must_choose_password=self._ticket(tx, account, client))
        return ticket, Entry(Action.ACTIVATION_STARTED, account_id, By.UNKNOWN, client)

    def _ticket(self, tx: AuthTransaction, account: Account, client: Client) -> MustChoosePassword:
        now = self._clock()
        window = tx.activation(account.agent.account_id)
        if window is None or not window.is_open(account.state, now):
            self._check_password.fail(tx, account, client)
        ticket = new_token()
        tx.put_ticket(account.agent.account_id, token_hash(ticket), now + self._ticket_life)
        return MustChoosePassword(ticket=SecretStr(ticket), needs_code=self._rules.needs_code(window, account.agent))
