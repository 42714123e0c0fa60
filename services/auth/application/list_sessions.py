"""The agent's own open sessions, each by a device and a place that they can recognise."""

from contracts.account import AccountRequest, OpenSession, OpenSessions
from services.auth.application.ports import Clock, Describe, Store, StoredSession
from services.auth.application.sessions import Sessions
from services.auth.domain.digests import session_hash_of


class ListSessions:
    def __init__(self, store: Store, sessions: Sessions, describe: Describe, clock: Clock) -> None:
        self._store = store
        self._sessions = sessions
        self._describe = describe
        self._clock = clock

    def __call__(self, request: AccountRequest) -> OpenSessions:
        """This one first, then the last used first; those that lapsed are not among them. Raises ServiceError
        not-found."""
        holder = request.holder
        now = self._clock()
        with self._store.begin() as tx:
            self._sessions.of(tx, holder)
            stored = tx.sessions_of(holder.account_id)
        live = [session for session in stored if self._sessions.is_live(session, now)]
        own = session_hash_of(holder.session_id)
        live.sort(key=lambda session: (session.session_hash == own, session.used_at), reverse=True)
        return OpenSessions(sessions=[self._open(session, session.session_hash == own) for session in live])

    def _open(self, session: StoredSession, current: bool) -> OpenSession:
        where = self._describe(session.user_agent, session.source)
        return OpenSession(
            session_id=session.session_hash.hex(),
            current=current,
            browser=where.browser,
            system=where.system,
            source=session.source,
            place=where.place,
            shared=session.shared,
            opened_at=session.opened_at.timestamp(),
            used_at=session.used_at.timestamp(),
        )
