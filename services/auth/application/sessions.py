"""Sessions: opaque tokens of 256 bits, of which only the SHA-256 is kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import SecretStr

from chassis.settings import AccountPolicy
from contracts.account import Holder
from contracts.auth import NO_SECRET, Client, Session, SessionEnded, SessionToken, SignedIn
from contracts.errors import ErrorCode, ServiceError
from services.auth.application.check_password import refuse
from services.auth.application.ports import AuthTransaction, Clock, Store, StoredSession
from services.auth.domain.account import Account
from services.auth.domain.digests import csrf_of, device_hash, is_token, new_token, session_hash_of, token_hash

MAX_SESSIONS_OF_ACCOUNT = 50
TOUCH_EVERY = timedelta(seconds=60)
_MAX_TOKEN = 256
_IDS_IN_ONE_EVENT = 500


class Sessions:
    def __init__(self, store: Store, clock: Clock, policy: AccountPolicy) -> None:
        self._store = store
        self._clock = clock
        self._idle = timedelta(minutes=policy.session_idle_minutes)
        self._shared_idle = timedelta(minutes=policy.shared_session_idle_minutes)
        self._absolute = timedelta(hours=policy.session_absolute_hours)

    def open(self, tx: AuthTransaction, account: Account, client: Client) -> SignedIn:
        """A new session; the oldest ones end when there are too many."""
        now = self._clock()
        token = new_token()
        expires_at = now + self._absolute
        account_id = account.agent.account_id
        tx.add_session(token_hash(token), account_id, client, now, expires_at)
        announce_ended(tx, tx.end_sessions(account_id, but_newest=MAX_SESSIONS_OF_ACCOUNT))
        return SignedIn(
            token=SecretStr(token),
            csrf=csrf_of(token),
            agent=account.agent,
            expires_at=expires_at.timestamp(),
            shared=client.shared,
            device=self._device(tx, account_id, client, now),
        )

    def _device(self, tx: AuthTransaction, account_id: str, client: Client, now: datetime) -> SecretStr:
        """Makes the device known to the account: by what its cookie holds, since several agents may use it, or by a new
        value for its cookie. A computer that others use never is."""
        if client.shared:
            return NO_SECRET
        held = client.device.get_secret_value()
        device = held if is_token(held) else new_token()
        tx.remember_device(account_id, device_hash(account_id, device), now)
        return NO_SECRET if device == held else SecretStr(device)

    def verify(self, request: SessionToken) -> Session:
        """Raises ServiceError bad-credentials when it ended, lapsed, or its account is no longer active."""
        token = _token(request)
        digest = token_hash(token)
        now = self._clock()
        with self._store.begin() as tx:
            session = tx.session(digest)
            if session is None or not self.is_live(session, now):
                refuse()
            if now >= session.used_at + TOUCH_EVERY:
                tx.touch_session(digest, now)
        return Session(
            session_id=digest.hex(),
            csrf=csrf_of(token),
            agent=session.account.agent,
            expires_at=session.expires_at.timestamp(),
            shared=session.shared,
        )

    def of(self, tx: AuthTransaction, holder: Holder) -> StoredSession:
        """The session that somebody asks from. Raises ServiceError not-found when it ended, or is another's."""
        session = tx.session(session_hash_of(holder.session_id))
        if session is None or session.account.agent.account_id != holder.account_id:
            raise ServiceError(ErrorCode.NOT_FOUND)
        if not self.is_live(session, self._clock()):
            raise ServiceError(ErrorCode.NOT_FOUND)
        return session

    def end_lapsed(self, tx: AuthTransaction, limit: int) -> int:
        """How many ended; at most `limit`. Whoever keeps a connection open for one is told."""
        now = self._clock()
        ended = tx.end_lapsed_sessions(now, now - self._idle, now - self._shared_idle, limit)
        announce_ended(tx, ended)
        return len(ended)

    def is_live(self, session: StoredSession, now: datetime) -> bool:
        idle = self._shared_idle if session.shared else self._idle
        return session.account.state == "active" and now < session.expires_at and now < session.used_at + idle


def announce_ended(tx: AuthTransaction, hashes: Sequence[bytes]) -> None:
    for start in range(0, len(hashes), _IDS_IN_ONE_EVENT):
        ids = [digest.hex() for digest in hashes[start : start + _IDS_IN_ONE_EVENT]]
        tx.publish(SessionEnded(session_ids=ids))


def hash_presented(request: SessionToken) -> bytes:
    return token_hash(_token(request))


def _token(request: SessionToken) -> str:
    """No token of ours is longer; cut, a longer one still matches none."""
    return request.token.get_secret_value()[: _MAX_TOKEN + 1]
