"""Verifies a password for protocols that send it each time. Opens nothing."""

from contracts.auth import Agent, Credentials
from services.auth.application.check_password import CheckPassword, refuse
from services.auth.application.ports import Store


class VerifyPassword:
    def __init__(self, store: Store, check_password: CheckPassword) -> None:
        self._store = store
        self._check_password = check_password

    def __call__(self, credentials: Credentials) -> Agent:
        """Raises ServiceError bad-credentials, also for a NUMEN that would open a ticket, or slow-down."""
        proof = self._check_password(credentials, can_be_shown_a_code=False)
        if not proof.by_password:
            refuse()
        with self._store.begin() as tx:
            proof.attempt.succeeded(tx)
        return proof.account.agent
