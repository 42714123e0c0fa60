"""The holder of an account, known by their cookie session, and what auth does for them."""

from collections.abc import Callable
from typing import Any, TypeVar

from starlette.requests import Request

from contracts.account import Holder
from contracts.base import Contract
from contracts.errors import ErrorCode, ServiceError
from services.gateway.caller import Caller
from services.gateway.identity.authenticator import Authenticator
from services.gateway.identity.cache import PrincipalCache
from services.gateway.identity.client import client_of
from services.gateway.identity.cookies import Cookies
from services.gateway.identity.principal import Principal
from services.gateway.problems import ProblemError, told_as

CALL_SECONDS = 10.0

Req = TypeVar("Req", bound=Contract)
Rep = TypeVar("Rep", bound=Contract)


class Holders:
    """Never by Basic: a program that knows the password may not change it, nor see where else it is used."""

    def __init__(
        self, authenticator: Authenticator, client: Caller, cookies: Cookies, sessions: PrincipalCache
    ) -> None:
        self._authenticator = authenticator
        self._client = client
        self._cookies = cookies
        self._sessions = sessions

    async def principal(self, request: Request) -> Principal:
        """Raises ProblemError 401, 403."""
        return await self._authenticator.by_cookie(request)

    async def holder(self, request: Request) -> Holder:
        """As `principal`."""
        principal = await self.principal(request)
        client = client_of(request, self._cookies, shared=principal.shared)
        return Holder(account_id=principal.account_id, session_id=principal.session_id, client=client)

    async def call(self, method: Callable[[Any, Req], Rep], asked: Req, holder: Holder) -> Rep:
        """Calls a method of account.AccountApi. Raises ServiceError; ProblemError wrong-password, and not-signed-in
        when the session ended since it was verified."""
        try:
            with told_as({ErrorCode.BAD_CREDENTIALS: "wrong-password"}):
                return await self._client.call(method, asked, timeout=CALL_SECONDS)
        except ServiceError as error:
            if error.code is not ErrorCode.NOT_FOUND:
                raise
            self._sessions.drop_sessions([holder.session_id])
            raise ProblemError("not-signed-in") from None
