"""Signing in and out of the web app."""

from typing import TypeVar

import orjson
from pydantic import BaseModel, SecretStr, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from contracts.auth import Activation as AuthActivation
from contracts.auth import Agent, AuthApi, Credentials, SessionToken
from contracts.auth import SignedIn as AuthSignedIn
from contracts.errors import ServiceError
from services.gateway import bodies
from services.gateway.api.models import Activation, MustChoosePassword, SessionView, SignedIn, SignIn
from services.gateway.caller import Caller
from services.gateway.identity.authenticator import Authenticator
from services.gateway.identity.cache import PrincipalCache
from services.gateway.identity.client import client_of
from services.gateway.identity.cookies import SessionCookie
from services.gateway.identity.origin import Origin
from services.gateway.problems import ProblemError

SIGN_IN_SECONDS = 10.0
SIGN_OUT_SECONDS = 5.0
MAX_BODY = 16_384

Model = TypeVar("Model", bound=BaseModel)


class SessionEndpoints:
    def __init__(
        self,
        authenticator: Authenticator,
        client: Caller,
        cookie: SessionCookie,
        origin: Origin,
        sessions: PrincipalCache,
    ) -> None:
        self._authenticator = authenticator
        self._client = client
        self._cookie = cookie
        self._origin = origin
        self._sessions = sessions

    async def sign_in(self, request: Request) -> Response:
        """A session and its cookie, or the ticket of a first sign-in."""
        asked = await self._body(request, SignIn)
        credentials = Credentials(login=asked.login, password=asked.password, client=client_of(request))
        reply = await self._client.call(AuthApi.sign_in, credentials, timeout=SIGN_IN_SECONDS)
        if reply.signed_in is not None:
            return self._signed_in(reply.signed_in)
        if reply.must_choose_password is None:
            raise ProblemError("internal")
        ticket = reply.must_choose_password.ticket.get_secret_value()
        return _json(MustChoosePassword(ticket=ticket))

    async def activate(self, request: Request) -> Response:
        """The first personal password; a session and its cookie."""
        asked = await self._body(request, Activation)
        activation = AuthActivation(ticket=asked.ticket, password=asked.password)
        return self._signed_in(await self._client.call(AuthApi.activate, activation, timeout=SIGN_IN_SECONDS))

    async def show(self, request: Request) -> Response:
        principal = await self._authenticator.by_cookie(request)
        return _json(_view(principal.agent, principal.csrf))

    async def sign_out(self, request: Request) -> Response:
        """Ends the session everywhere; the cookie goes even when auth can't be told."""
        principal = await self._authenticator.by_cookie(request)
        token = SecretStr(self._cookie.read(request.headers.get("cookie", "")))
        cleared = {"Set-Cookie": self._cookie.clear(), "Cache-Control": "no-store"}
        self._sessions.drop_sessions([principal.session_id])
        try:
            await self._client.call(AuthApi.sign_out, SessionToken(token=token), timeout=SIGN_OUT_SECONDS)
        except ServiceError:
            raise ProblemError("service-unavailable", headers={"Set-Cookie": self._cookie.clear()}) from None
        return Response(None, 204, cleared)

    def _signed_in(self, signed_in: AuthSignedIn) -> Response:
        response = _json(SignedIn(session=_view(signed_in.agent, signed_in.csrf)))
        response.headers["Set-Cookie"] = self._cookie.set(signed_in.token.get_secret_value())
        return response

    async def _body(self, request: Request, model: type[Model]) -> Model:
        """Only from our own pages, only as JSON: another site's form can't sign an agent in as somebody else."""
        if not self._origin.is_own(request):
            raise ProblemError("forbidden-origin")
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise ProblemError("not-json")
        body = await bodies.read(request, max_bytes=MAX_BODY, idle_seconds=10.0, total_seconds=20.0)
        try:
            return model.model_validate(orjson.loads(body))
        except (orjson.JSONDecodeError, ValidationError):
            raise ProblemError("invalid-request") from None


def _view(agent: Agent, csrf: str) -> SessionView:
    return SessionView(
        account_id=agent.account_id,
        address=agent.address,
        given_name=agent.given_name,
        family_name=agent.family_name,
        category=agent.category,
        csrf=csrf,
    )


def _json(model: BaseModel) -> Response:
    return Response(model.model_dump_json(), 200, {"Cache-Control": "no-store"}, "application/json")
