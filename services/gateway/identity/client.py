"""From where a request comes, as auth is told of it."""

from starlette.requests import Request

from contracts.auth import Client

MAX_USER_AGENT = 400


def client_of(request: Request) -> Client:
    source = request.client.host if request.client else ""
    return Client(source=source, user_agent=request.headers.get("user-agent", "")[:MAX_USER_AGENT])
