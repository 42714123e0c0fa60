"""From where a request comes, as auth is told of it."""

from pydantic import SecretStr
from starlette.requests import Request

from contracts.auth import Client
from services.gateway.identity.cookies import Cookies

MAX_USER_AGENT = 400


def client_of(request: Request, cookies: Cookies, *, shared: bool = False) -> Client:
    """`shared`: the agent says that others use this computer too."""
    return Client(
        source=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", "")[:MAX_USER_AGENT],
        device=SecretStr(cookies.device.read(request.headers.get("cookie", ""))),
        shared=shared,
    )
