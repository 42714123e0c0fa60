"""The open sessions of an account, listed and ended."""

import re

from starlette.requests import Request
from starlette.responses import Response

from contracts.account import AccountApi, AccountRequest, SessionEnding
from services.gateway.api.answers import SessionAnswers, answer, done
from services.gateway.api.holder import Holders
from services.gateway.api.models.account import OpenSessions
from services.gateway.identity.cache import PrincipalCache
from services.gateway.problems import ProblemError

SESSION_ID = r"^[0-9a-f]{4,128}$"
_SESSION_ID = re.compile(SESSION_ID)


class OpenSessionsEndpoints:
    """What is ended is forgotten here at once; the other gateways and the open streams hear of it from auth."""

    def __init__(self, holders: Holders, answers: SessionAnswers, sessions: PrincipalCache) -> None:
        self._holders = holders
        self._answers = answers
        self._sessions = sessions

    async def list(self, request: Request) -> Response:
        holder = await self._holders.holder(request)
        found = await self._holders.call(AccountApi.list_sessions, AccountRequest(holder=holder), holder)
        return answer(OpenSessions.of(found))

    async def end(self, request: Request) -> Response:
        """One of them; their own is as signing out."""
        principal, holder = await self._holders.principal(request), await self._holders.holder(request)
        session_id = request.path_params["session_id"]
        if not _SESSION_ID.fullmatch(session_id):
            raise ProblemError("not-found")
        ending = SessionEnding(holder=holder, session_id=session_id)
        await self._holders.call(AccountApi.end_session, ending, holder)
        if session_id == principal.session_id:
            return self._answers.ended(principal)
        self._sessions.drop_sessions([session_id])
        return done()

    async def end_others(self, request: Request) -> Response:
        holder = await self._holders.holder(request)
        await self._holders.call(AccountApi.end_other_sessions, AccountRequest(holder=holder), holder)
        self._sessions.drop_account(holder.account_id)
        return done()
