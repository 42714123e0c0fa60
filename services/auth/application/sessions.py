"""Sessions: opaque tokens of 256 bits, of which only the SHA-256 is kept."""

from collections.abc import Sequence
from datetime import timedelta

from pydantic import SecretStr

from chassis.settings import AccountPolicy
from contracts.auth import Session, SessionEnded, SessionToken, SignedIn
from contracts.base import Empty
from services.auth.application.check_password import refuse
from services.auth.application.ports import AuthTransaction, Clock, Store
from services.auth.domain.account import Account
from services.auth.domain.digests import csrf_of, new_token, token_hash

MAX_SESSIONS_OF_ACCOUNT = 50
TOUCH_EVERY = timedelta(seconds=60)
_MAX_TOKEN = 256
_IDS_IN_ONE_EVENT = 500


class Sessions:
    def __init__(self, store: Store, clock: Clock, policy: AccountPolicy) -> None:
        self._store = store
        self._clock = clock
        self._idle = timedelta(minutes=policy.session_idle_minutes)
        self._absolute = timedelta(hours=policy.session_absolute_hours)

    def open(self, tx: AuthTransaction, account: Account) -> SignedIn:
        """A new session; the oldest ones end when there are too many."""
        now = self._clock()
        token = new_token()
        expires_at = now + self._absolute
        account_id = account.agent.account_id
        tx.add_session(token_hash(token), account_id, now, expires_at)
        announce_ended(tx, tx.end_sessions(account_id, but_newest=MAX_SESSIONS_OF_ACCOUNT))
        return SignedIn(
            token=SecretStr(token), csrf=csrf_of(token), agent=account.agent, expires_at=expires_at.timestamp()
        )

    def verify(self, request: SessionToken) -> Session:
        """Raises ServiceError bad-credentials when it ended, lapsed, or its account is no longer active."""
        token = _token(request)
        now = self._clock()
        with self._store.begin() as tx:
            session = tx.session(token_hash(token))
            if session is None or session.account.state != "active":
                refuse()
            if now >= session.expires_at or now >= session.used_at + self._idle:
                refuse()
            if now >= session.used_at + TOUCH_EVERY:
                tx.touch_session(token_hash(token), now)
        return Session(
            session_id=token_hash(token).hex(),
            csrf=csrf_of(token),
            agent=session.account.agent,
            expires_at=session.expires_at.timestamp(),
        )

    def end(self, request: SessionToken) -> Empty:
        digest = token_hash(_token(request))
        with self._store.begin() as tx:
            if tx.end_session(digest):
                announce_ended(tx, [digest])
        return Empty()


def announce_ended(tx: AuthTransaction, hashes: Sequence[bytes]) -> None:
    for start in range(0, len(hashes), _IDS_IN_ONE_EVENT):
        ids = [digest.hex() for digest in hashes[start : start + _IDS_IN_ONE_EVENT]]
        tx.publish(SessionEnded(session_ids=ids))


def _token(request: SessionToken) -> str:
    """No token of ours is longer; cut, a longer one still matches none."""
    return request.token.get_secret_value()[: _MAX_TOKEN + 1]
