"""Every address the gateway answers, and what each request passes through."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from contracts.errors import ServiceError
from services.gateway.access import AccessLog
from services.gateway.api.openapi import PATH as OPENAPI_PATH
from services.gateway.api.openapi import OpenApiEndpoint
from services.gateway.api.operation import Operation
from services.gateway.api.operations import PREFIX
from services.gateway.blobs.download import DownloadEndpoint
from services.gateway.blobs.upload import UploadEndpoint
from services.gateway.images.remote import RemoteImageEndpoint
from services.gateway.jmap.cors import JmapCors
from services.gateway.jmap.endpoint import JmapEndpoint
from services.gateway.problems import ProblemError, on_problem, respond
from services.gateway.push.eventsource import EventSourceEndpoint
from services.gateway.site.files import SiteEndpoint
from services.gateway.site.headers import SecurityHeaders


@dataclass(frozen=True, slots=True)
class Endpoints:
    jmap: JmapEndpoint
    upload: UploadEndpoint
    download: DownloadEndpoint
    remote_images: RemoteImageEndpoint
    push: EventSourceEndpoint
    operations: Sequence[Operation]
    site: SiteEndpoint


def routes(endpoints: Endpoints) -> list[Route]:
    """The most asked for first: they are tried in order."""
    api = [
        Route(PREFIX + operation.path, operation.answer, methods=[operation.method])
        for operation in endpoints.operations
    ]
    return [
        Route("/jmap/api", endpoints.jmap.api, methods=["POST"]),
        Route("/jmap/download/{account_id}/{blob_id}/{name:path}", endpoints.download.__call__),
        Route("/jmap/upload/{account_id}", endpoints.upload.__call__, methods=["POST"]),
        Route("/jmap/image/{account_id}/{email_id}/{number:int}", endpoints.remote_images.__call__),
        Route("/jmap/eventsource", endpoints.push.__call__),
        Route("/.well-known/jmap", endpoints.jmap.session),
        *api,
        Route(PREFIX + OPENAPI_PATH, OpenApiEndpoint(endpoints.operations).__call__),
        Route("/api/{path:path}", _nothing, methods=_ANY),
        Route("/jmap/{path:path}", _nothing, methods=_ANY),
        Route("/.well-known/{path:path}", _nothing, methods=_ANY),
        Route(_FILES, endpoints.site.__call__),
    ]


def build(endpoints: Endpoints, *, secure: bool) -> ASGIApp:
    table = routes(endpoints)
    handlers = {
        ProblemError: on_problem,
        ServiceError: on_problem,
        HTTPException: _on_http_exception,
        ClientDisconnect: _on_disconnect,
        Exception: _on_defect,
    }
    app = Starlette(routes=table, exception_handlers=handlers)
    templates: dict[object, str] = {route.endpoint: route.path for route in table}
    return AccessLog(SecurityHeaders(JmapCors(app), secure=secure), templates)


_FILES = "/{path:path}"
_ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


async def _nothing(request: Request) -> Response:
    """404, or 405 where another method would have found something."""
    path, allowed = request.scope["path"], set[str]()
    for route in request.app.routes:
        if isinstance(route, Route) and route.endpoint is not _nothing and route.path != _FILES:
            allowed |= (route.methods or set()) if route.path_regex.match(path) else set()
    if allowed:
        raise ProblemError("method-not-allowed", headers={"Allow": ", ".join(sorted(allowed))})
    raise ProblemError("not-found")


async def _on_http_exception(_: Request, error: Exception) -> Response:
    """The router's own: 404 and 405."""
    if not isinstance(error, HTTPException):
        raise error
    code = "method-not-allowed" if error.status_code == 405 else "not-found"
    return respond(ProblemError(code, headers=error.headers))


async def _on_defect(_: Request, _error: Exception) -> Response:
    """Starlette raises it again afterwards: the access log writes it down."""
    return respond(ProblemError("internal"))


async def _on_disconnect(_: Request, _error: Exception) -> Response:
    """The client left while it was sending: nobody reads this answer."""
    return Response(None, 400)
