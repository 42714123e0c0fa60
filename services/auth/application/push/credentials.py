"""Whose a push subscription is: the credentials that the request was authenticated with."""

from dataclasses import dataclass

from chassis.jmap.errors import MethodError
from services.auth.application.ports import AuthTransaction
from services.auth.domain.digests import session_hash_of


@dataclass(frozen=True, slots=True)
class Credentials:
    """session_hash None: the account's password."""

    account_id: str
    session_hash: bytes | None

    @classmethod
    def of(cls, account_id: str, session_id: str) -> "Credentials":
        return cls(account_id, session_hash_of(session_id) if session_id else None)

    def check(self, tx: AuthTransaction) -> None:
        """Under the account's lock, so that nothing is made for credentials that are being ended. Raises MethodError
        forbidden."""
        account = tx.account(self.account_id, lock=True)
        session = tx.session(self.session_hash) if self.session_hash else None
        if account is None or account.state != "active" or (self.session_hash and session is None):
            raise MethodError("forbidden", "these credentials have ended")
        if session is not None and session.account.agent.account_id != self.account_id:
            raise MethodError("forbidden", "these credentials are somebody else's")
