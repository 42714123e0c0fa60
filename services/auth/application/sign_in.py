"""Signs an agent in: a session by the personal password, or a ticket by the NUMEN while activation is open."""

from datetime import timedelta

from pydantic import SecretStr

from contracts.auth import Client, Credentials, MustChoosePassword, SignInReply
from services.auth.application.activation_rules import ActivationRules
from services.auth.application.check_password import CheckPassword, Proof, refuse
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
            reply = self._open(tx, proof, credentials.client)
            proof.attempt.succeeded(tx)
        if proof.by_password:
            self._renew_hash(proof.account, credentials.password.get_secret_value())
        return reply

    def _open(self, tx: AuthTransaction, proof: Proof, client: Client) -> SignInReply:
        """The account is read again: it may have changed while the hash was being verified."""
        account = tx.account(proof.account.agent.account_id, lock=True)
        if account is None or account.state != proof.account.state:
            refuse()
        if proof.by_password:
            if account.password_changed_at != proof.account.password_changed_at:
                refuse()
            return SignInReply(signed_in=self._sessions.open(tx, account, client))
        return SignInReply(must_choose_password=self._ticket(tx, account, client))

    def _ticket(self, tx: AuthTransaction, account: Account, client: Client) -> MustChoosePassword:
        now = self._clock()
        account_id = account.agent.account_id
        window = tx.activation(account_id)
        if window is None or not window.is_open(account.state, now):
            refuse()
        ticket = new_token()
        tx.put_ticket(account_id, token_hash(ticket), now + self._ticket_life)
        record(tx, self._keys, now, Entry(Action.ACTIVATION_STARTED, account_id, By.UNKNOWN, client))
        return MustChoosePassword(ticket=SecretStr(ticket), needs_code=self._rules.needs_code(window, account.agent))
