"""A bus in memory for unit tests: each service answers with the chassis' own batch runner, so that what the gateway is
tested against is what services really do with a batch."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar, cast

from pydantic import SecretStr

from chassis.jmap.batch import Handler, run_batch
from contracts.auth import Agent, Credentials, Session, SessionToken, SignedIn, SignInReply
from contracts.base import Contract, Empty, Ping, Pong
from contracts.errors import ErrorCode, ServiceError
from contracts.jmap import JmapBatch, JmapBatchReply
from contracts.mail import BlobLocation, BlobRegistered, BlobRegistration, BlobRequest

Req = TypeVar("Req", bound=Contract)
Rep = TypeVar("Rep", bound=Contract)

ACCOUNT = "a234567abcdef"
ADDRESS = "zoe.fictif@ac-montpellier.example"
PASSWORD = "tambour des lilas"
TOKEN = "jeton-de-session-0123456789"
CSRF = "jeton-anti-csrf"
AGENT = Agent(
    account_id=ACCOUNT,
    address=ADDRESS,
    given_name="Zoé",
    family_name="Fictif",
    category="direction",
    uai="0340042X",
    departement="Gard",
)
SESSION = Session(session_id="5e55", csrf=CSRF, agent=AGENT, expires_at=4_000_000_000.0)


class InMemoryBus:
    """`services`: JMAP handlers by service name; a service that isn't there is unavailable. `calls` remembers every
    call as (service.method, request). `before` runs first in each call and may wait or raise."""

    def __init__(self, services: Mapping[str, Mapping[str, Handler]] | None = None) -> None:
        self.services = dict(services or {})
        self.calls: list[tuple[str, Contract]] = []
        self.before: Callable[[str, Contract], Awaitable[None]] | None = None
        self.locations: dict[str, BlobLocation] = {}

    async def call(self, method: Callable[[Any, Req], Rep], request: Req, *, timeout: float) -> Rep:  # noqa: ASYNC109
        service, name = vars(method)["__rpc__"]
        self.calls.append((f"{service}.{name}", request))
        await asyncio.sleep(0)
        if self.before is not None:
            await self.before(f"{service}.{name}", request)
        if service not in self.services:
            raise ServiceError(ErrorCode.UNAVAILABLE, retryable=True)
        return cast(Rep, getattr(self, f"_{name}")(service, request))

    def batches(self, service: str) -> list[JmapBatch]:
        return [request for name, request in self.calls if name == f"{service}.jmap" and isinstance(request, JmapBatch)]

    def _jmap(self, service: str, request: JmapBatch) -> JmapBatchReply:
        return run_batch(request, self.services[service])

    def _ping(self, service: str, request: Ping) -> Pong:
        return Pong(service=service)

    def _verify_session(self, service: str, request: SessionToken) -> Session:
        if request.token.get_secret_value() != TOKEN:
            raise ServiceError(ErrorCode.BAD_CREDENTIALS)
        return SESSION

    def _verify_password(self, service: str, request: Credentials) -> Agent:
        if (request.login, request.password.get_secret_value()) != (ADDRESS, PASSWORD):
            raise ServiceError(ErrorCode.BAD_CREDENTIALS)
        return AGENT

    def _sign_in(self, service: str, request: Credentials) -> SignInReply:
        self._verify_password(service, request)
        return SignInReply(
            signed_in=SignedIn(token=SecretStr(TOKEN), csrf=CSRF, agent=AGENT, expires_at=SESSION.expires_at)
        )

    def _sign_out(self, service: str, request: SessionToken) -> Empty:
        return Empty()

    def _register_blob(self, service: str, request: BlobRegistration) -> BlobRegistered:
        return BlobRegistered(blob_id=f"B{request.sha256}")

    def _locate_blob(self, service: str, request: BlobRequest) -> BlobLocation:
        if request.blob_id not in self.locations:
            raise ServiceError(ErrorCode.NOT_FOUND)
        return self.locations[request.blob_id]
