"""From the headers of a request to its principal."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable

from pydantic import SecretStr
from starlette.requests import Request

from contracts.auth import AuthApi, Credentials, SessionToken
from contracts.errors import ErrorCode, ServiceError
from services.gateway.caller import Caller
from services.gateway.identity.cache import PrincipalCache, Principals
from services.gateway.identity.client import client_of
from services.gateway.identity.cookies import Cookies
from services.gateway.identity.origin import Origin
from services.gateway.identity.principal import Principal
from services.gateway.problems import ProblemError

VERIFY_SECONDS = 8.0
MAX_LOGIN = 320
MAX_PASSWORD = 1_024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CHALLENGE = {"WWW-Authenticate": 'Basic realm="Messagerie", charset="UTF-8"'}


class Authenticator:
    """`await authenticator(request)` gives the principal or raises ProblemError 401, 403, 429, 503.

    A cookie session may only do unsafe things with its X-CSRF-Token, from our own pages. Basic is verified by auth
    once, then remembered under an HMAC of the credentials whose key lives and dies with this process.
    """

    def __init__(self, client: Caller, cookies: Cookies, origin: Origin, principals: Principals) -> None:
        self._client = client
        self._cookies = cookies
        self._origin = origin
        self._sessions = principals.sessions
        self._passwords = principals.passwords
        self._key = secrets.token_bytes(32)

    async def __call__(self, request: Request) -> Principal:
        authorization = request.headers.get("authorization")
        if authorization is not None:
            return await self._by_password(authorization, request)
        return await self.by_cookie(request)

    async def by_cookie(self, request: Request) -> Principal:
        """As the call, for addresses where only a cookie session will do."""
        token = self._cookies.session.read(request.headers.get("cookie", ""))
        if not token:
            raise not_signed_in(request)
        principal = await self._asking(self._sessions, token.encode(), lambda: self._verify_session(token), request)
        if request.method not in SAFE_METHODS:
            self._check_forgery(request, principal)
        return principal

    async def _by_password(self, authorization: str, request: Request) -> Principal:
        login, password = _basic(authorization, request)
        if request.method not in SAFE_METHODS and not self._origin.is_own(request) and _without_preflight(request):
            raise ProblemError("forbidden-origin")
        credentials = Credentials(login=login, password=SecretStr(password), client=client_of(request, self._cookies))
        material = login.encode() + b"\0" + password.encode()
        return await self._asking(self._passwords, material, lambda: self._verify_password(credentials), request)

    async def _asking(
        self, cache: PrincipalCache, material: bytes, verify: Callable[[], Awaitable[Principal]], request: Request
    ) -> Principal:
        key = hmac.digest(self._key, material, hashlib.sha256)
        try:
            return await cache.get(key, verify)
        except ServiceError as error:
            if error.code is ErrorCode.BAD_CREDENTIALS:
                raise not_signed_in(request) from None
            raise

    async def _verify_session(self, token: str) -> Principal:
        request = SessionToken(token=SecretStr(token))
        return Principal.of_session(await self._client.call(AuthApi.verify_session, request, timeout=VERIFY_SECONDS))

    async def _verify_password(self, credentials: Credentials) -> Principal:
        return Principal(await self._client.call(AuthApi.verify_password, credentials, timeout=VERIFY_SECONDS))

    def _check_forgery(self, request: Request, principal: Principal) -> None:
        if not self._origin.is_own(request):
            raise ProblemError("forbidden-origin")
        given = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(given.encode(), principal.csrf.encode()):
            raise ProblemError("csrf")


def not_signed_in(request: Request) -> ProblemError:
    """401. A browser's page must not get the challenge: the browser would open its own password window."""
    headers = request.headers
    browser = "sec-fetch-mode" in headers or "x-requested-with" in headers or "cookie" in headers
    return ProblemError("not-signed-in", headers={} if browser else CHALLENGE)


def _basic(authorization: str, request: Request) -> tuple[str, str]:
    """RFC 7617: login and password, UTF-8."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > 2 * (MAX_LOGIN + MAX_PASSWORD):
        raise not_signed_in(request)
    try:
        login, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise not_signed_in(request) from None
    if not (colon and login and password) or len(login) > MAX_LOGIN or len(password) > MAX_PASSWORD:
        raise not_signed_in(request)
    return login, password


def _without_preflight(request: Request) -> bool:
    """Whether a browser would send this to another origin by itself (forms, no-cors), with remembered credentials."""
    return request.headers.get("sec-fetch-mode") in ("no-cors", "navigate")
