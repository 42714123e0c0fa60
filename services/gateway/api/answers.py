"""Successful answers: nothing of them is kept by browsers or caches."""

from pydantic import BaseModel
from starlette.responses import Response

from contracts.auth import SignedIn as Opened
from services.gateway.api.models.session import SessionView, SignedIn
from services.gateway.api.operation import JSON
from services.gateway.identity.cache import Principals
from services.gateway.identity.cookies import Cookies
from services.gateway.identity.principal import Principal

FRESH = {"Cache-Control": "no-store"}


def answer(model: BaseModel, status: int = 200) -> Response:
    return Response(model.model_dump_json(), status, FRESH, JSON)


def done() -> Response:
    return Response(None, 204, FRESH)


class SessionAnswers:
    """Those that begin or end a session, with what the browser is to keep and to forget."""

    def __init__(self, cookies: Cookies, principals: Principals) -> None:
        self._cookies = cookies
        self._principals = principals

    def opened(self, opened: Opened) -> Response:
        response = answer(SignedIn(session=SessionView.of(opened.agent, csrf=opened.csrf, shared=opened.shared)))
        token, device = opened.token.get_secret_value(), opened.device.get_secret_value()
        for header in self._cookies.signed_in(token, device, expires_at=opened.expires_at, shared=opened.shared):
            response.headers.append("Set-Cookie", header)
        return response

    def renewed(self, opened: Opened) -> Response:
        """After a new password: what was verified before is void here at once, elsewhere with auth's broadcast."""
        self._principals.forget_account(opened.agent.account_id)
        return self.opened(opened)

    def ended(self, principal: Principal) -> Response:
        """204 without the cookie; a shared computer forgets whatever the page or the browser may have kept."""
        self._principals.sessions.drop_sessions([principal.session_id])
        return Response(None, 204, FRESH | self.forgetting(principal))

    def forgetting(self, principal: Principal) -> dict[str, str]:
        """Headers that end a session in the browser."""
        cleared = {"Set-Cookie": self._cookies.session.clear()}
        return cleared | {"Clear-Site-Data": '"cache", "storage"'} if principal.shared else cleared
