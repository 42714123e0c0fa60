"""Verifies a password for protocols that send it each time. Opens nothing."""

from datetime import timedelta

from contracts.auth import Agent, Credentials
from services.auth.application.check_password import CheckPassword
from services.auth.application.ports import Clock, Store
from services.auth.application.trail import record_unless_noted
from services.auth.domain.digests import KeyRing
from services.auth.domain.trail import Action, By, Entry

NOTED_EVERY = timedelta(days=1)
"""A program asks every minute or so: the trail tells each one, from each place, once in this time."""


class VerifyPassword:
    def __init__(self, store: Store, keys: KeyRing, check_password: CheckPassword, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._check_password = check_password
        self._clock = clock

    def __call__(self, credentials: Credentials) -> Agent:
        """Raises ServiceError bad-credentials, also for a NUMEN that would open a ticket, or slow-down."""
        client = credentials.client
        proof = self._check_password(credentials, can_be_shown_a_code=False)
        with self._store.begin() as tx:
            account = tx.account(proof.account.agent.account_id, lock=True)
            if account is None or not proof.holds_for(account) or not proof.by_password:
                self._check_password.fail(tx, proof.account, client)
            proof.attempt.succeeded(tx)
            done = Entry(Action.PROGRAM_SIGNED_IN, account.agent.account_id, By.AGENT, client)
            record_unless_noted(tx, self._keys, self._clock(), done, NOTED_EVERY)
        return account.agent
