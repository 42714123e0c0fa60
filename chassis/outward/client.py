"""GET and POST to addresses that strangers gave, through the guard."""

import asyncio
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import certifi
import httpcore

from chassis.outward.connection import Pinned
from chassis.outward.errors import OutwardError, Reason
from chassis.outward.guard import Guard
from chassis.outward.settings import OutwardSettings
from chassis.outward.target import Target

USER_AGENT = "Mozilla/5.0"
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fetch:
    """What is allowed of one kind of request. max_bytes: of the body that comes back; one that is longer is refused,
    never cut. redirects: followed at most so often, each checked as the first address was."""

    schemes: frozenset[str]
    max_bytes: int
    redirects: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """headers: by lower-case name, the last one of each."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outward:
    """One connection a request, closed behind it: nothing of one is left for another to tell by. Redirects go nowhere
    that `Guard` does not allow. The environment's proxies are not asked."""

    def __init__(self, settings: OutwardSettings) -> None:
        self._guard = Guard(settings)
        self._seconds = settings.outward_seconds
        if settings.outward_allowed_for_tests:
            _log.warning("OUTWARD_ALLOWED_FOR_TESTS is set: strangers may reach addresses that are not public")

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """The machine's authorities; where it has none, those that come with httpx. Takes some 30 ms to make: not
        before somebody needs it."""
        context = ssl.create_default_context()
        if not context.cert_store_stats()["x509_ca"]:
            context.load_verify_locations(certifi.where())
        return context

    async def get(self, url: str, fetch: Fetch, *, accept: str = "*/*") -> Answer:
        """Raises OutwardError."""
        return await self._bounded("GET", url, fetch, {"Accept": accept}, b"")

    async def post(self, url: str, fetch: Fetch, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Raises OutwardError. A redirect is an answer like another: what is posted is posted to nobody else."""
        return await self._bounded("POST", url, fetch, {**headers, "Content-Length": str(len(body))}, body)

    async def _bounded(self, method: str, url: str, fetch: Fetch, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(method, url, fetch, headers, body)
        except (TimeoutError, httpcore.TimeoutException):
            raise OutwardError(Reason.TOO_SLOW, "no whole answer in time") from None
        except httpcore.NetworkError as error:
            raise OutwardError(Reason.UNREACHABLE, type(error).__name__) from None
        except httpcore.ProtocolError as error:
            raise OutwardError(Reason.BROKEN, type(error).__name__) from None

    async def _follow(self, method: str, url: str, fetch: Fetch, headers: Mapping[str, str], body: bytes) -> Answer:
        target = Target.of(url, fetch.schemes)
        for _ in range(fetch.redirects + 1):
            answer = await self._ask(method, target, fetch, headers, body)
            location = answer.headers.get("location")
            if method != "GET" or answer.status not in REDIRECTS or location is None:
                return answer
            target = target.follow(location, fetch.schemes)
        raise OutwardError(Reason.BROKEN, "too many redirects")

    async def _ask(self, method: str, target: Target, fetch: Fetch, headers: Mapping[str, str], body: bytes) -> Answer:
        backend = Pinned(await self._guard.addresses(target))
        origin = httpcore.Origin(target.scheme.encode(), str(target.host).encode(), target.port)
        fields = {"Host": target.authority, "User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers}
        async with httpcore.AsyncHTTPConnection(origin, ssl_context=self._tls, network_backend=backend) as connection:
            url = httpcore.URL(
                scheme=origin.scheme, host=origin.host, port=origin.port, target=target.resource.encode()
            )
            request = httpcore.Request(method, url, headers=list(fields.items()), content=body or None)
            response = await connection.handle_async_request(request)
            try:
                return await _read(response, fetch)
            finally:
                await response.aclose()


async def _read(response: httpcore.Response, fetch: Fetch) -> Answer:
    """The headers are bounded by httpcore (100 kB in all). Content that is compressed though nobody asked for it is
    refused rather than inflated."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    if response.status in REDIRECTS:
        return Answer(response.status, headers, b"")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise OutwardError(Reason.BROKEN, "an encoding nobody asked for")
    announced = headers.get("content-length", "")
    if announced.isdigit() and int(announced) > fetch.max_bytes:
        raise OutwardError(Reason.TOO_LARGE, "announced")
    body = bytearray()
    async for chunk in response.aiter_stream():
        body += chunk
        if len(body) > fetch.max_bytes:
            raise OutwardError(Reason.TOO_LARGE, "sent")
    return Answer(response.status, headers, bytes(body))
