"""/.well-known/jmap and /jmap/api."""

import asyncio

import orjson
from starlette.requests import Request
from starlette.responses import Response

from services.gateway import bodies
from services.gateway.identity.authenticator import Authenticator
from services.gateway.identity.origin import Origin
from services.gateway.jmap import errors
from services.gateway.jmap.dispatch import Dispatcher
from services.gateway.jmap.errors import RequestError
from services.gateway.jmap.gauge import Gauge
from services.gateway.jmap.request import LARGE, ApiRequest, parse_request
from services.gateway.jmap.session import Sessions
from services.gateway.limits import Limits
from services.gateway.problems import ProblemError

JSON = "application/json"
FRESH = {"Cache-Control": "no-cache, no-store, must-revalidate"}


class JmapEndpoint:
    def __init__(
        self,
        authenticator: Authenticator,
        origin: Origin,
        sessions: Sessions,
        dispatcher: Dispatcher,
        limits: Limits,
    ) -> None:
        self._authenticator = authenticator
        self._origin = origin
        self._sessions = sessions
        self._dispatcher = dispatcher
        self._limits = limits
        self._under_way = Gauge("maxConcurrentRequests", limits.max_concurrent_requests)

    async def session(self, request: Request) -> Response:
        """RFC 8620 §2: never stored by caches; a client that kept it may ask with If-None-Match."""
        principal = await self._authenticator(request)
        document = self._sessions.document(principal, self._origin.base_url(request))
        headers = {**FRESH, "ETag": f'"{document.state}"'}
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(None, 304, headers)
        return Response(document.body, 200, headers, JSON)

    async def api(self, request: Request) -> Response:
        """RFC 8620 §3.3."""
        principal = await self._authenticator(request)
        document = self._sessions.document(principal, self._origin.base_url(request))
        try:
            with self._under_way.one_more(principal.account_id):
                body = await self._body(request)
                asked = await self._parsed(body, request.headers.get("content-type", ""))
                responses, created_ids = await self._dispatcher.run(asked, principal.account_id, principal.session_id)
        except RequestError as error:
            return errors.respond(error)
        answer: dict[str, object] = {
            "methodResponses": [(given.name, given.arguments, given.call_id) for given in responses],
            "sessionState": document.state,
        }
        if asked.created_ids is not None:
            answer["createdIds"] = created_ids
        return Response(orjson.dumps(answer), 200, FRESH, JSON)

    async def _parsed(self, body: bytes, content_type: str) -> ApiRequest:
        """Nobody else waits for a large request to be read."""
        given = (body, content_type, self._sessions.capabilities, self._limits)
        return await asyncio.to_thread(parse_request, *given) if len(body) > LARGE else parse_request(*given)

    async def _body(self, request: Request) -> bytes:
        limits = self._limits
        try:
            return await bodies.read(
                request,
                max_bytes=limits.max_size_request,
                idle_seconds=limits.body_idle_seconds,
                total_seconds=limits.body_seconds,
            )
        except ProblemError as problem:
            if problem.code == "too-large":
                raise errors.limit_error("maxSizeRequest") from None
            raise
