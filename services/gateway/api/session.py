"""Signing in and out of the web app."""

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from contracts.auth import Activation as AuthActivation
from contracts.auth import AuthApi, Credentials, SessionToken
from contracts.errors import ServiceError
from services.gateway.api.answers import SessionAnswers, answer
from services.gateway.api.forms import Forms
from services.gateway.api.models.session import Activation, MustChoosePassword, SessionView, SignIn
from services.gateway.caller import Caller
from services.gateway.identity.authenticator import Authenticator
from services.gateway.identity.client import client_of
from services.gateway.identity.cookies import Cookies
from services.gateway.problems import ProblemError

SIGN_IN_SECONDS = 10.0
SIGN_OUT_SECONDS = 5.0


class SessionEndpoints:
    def __init__(
        self, authenticator: Authenticator, client: Caller, cookies: Cookies, forms: Forms, answers: SessionAnswers
    ) -> None:
        self._authenticator = authenticator
        self._client = client
        self._cookies = cookies
        self._forms = forms
        self._answers = answers

    async def sign_in(self, request: Request) -> Response:
        """A session and its cookie, or the ticket of a first sign-in."""
        asked = await self._forms.read(request, SignIn)
        credentials = Credentials(
            login=asked.login,
            password=asked.password,
            client=client_of(request, self._cookies, shared=asked.shared),
            solved=asked.solved.as_contract() if asked.solved else None,
        )
        reply = await self._client.call(AuthApi.sign_in, credentials, timeout=SIGN_IN_SECONDS)
        if reply.signed_in is not None:
            return self._answers.opened(reply.signed_in)
        ticket = reply.must_choose_password
        if ticket is None:
            raise ProblemError("internal")
        return answer(MustChoosePassword(ticket=ticket.ticket.get_secret_value(), needs_code=ticket.needs_code))

    async def activate(self, request: Request) -> Response:
        """The first personal password; a session and its cookie."""
        asked = await self._forms.read(request, Activation)
        activation = AuthActivation(
            ticket=asked.ticket,
            password=asked.password,
            code=asked.code,
            recovery_email=asked.recovery_email,
            client=client_of(request, self._cookies, shared=asked.shared),
        )
        return self._answers.renewed(await self._client.call(AuthApi.activate, activation, timeout=SIGN_IN_SECONDS))

    async def show(self, request: Request) -> Response:
        principal = await self._authenticator.by_cookie(request)
        return answer(SessionView.of(principal.agent, csrf=principal.csrf, shared=principal.shared))

    async def sign_out(self, request: Request) -> Response:
        """Ends the session everywhere; the cookie goes even when auth can't be told."""
        principal = await self._authenticator.by_cookie(request)
        token = SecretStr(self._cookies.session.read(request.headers.get("cookie", "")))
        ended = self._answers.ended(principal)
        try:
            await self._client.call(AuthApi.sign_out, SessionToken(token=token), timeout=SIGN_OUT_SECONDS)
        except ServiceError:
            raise ProblemError("service-unavailable", headers=self._answers.forgetting(principal)) from None
        return ended
