"""Request-level errors (RFC 8620 §3.6.1): problem documents, before any method was run."""

import orjson
from starlette.responses import Response

PREFIX = "urn:ietf:params:jmap:error:"


class RequestError(Exception):
    """`type` is notJSON, notRequest, unknownCapability or limit; `limit` names the announced limit that was passed."""

    def __init__(self, type: str, detail: str, *, status: int = 400, limit: str = "") -> None:
        super().__init__(type)
        self.type = type
        self.detail = detail
        self.status = status
        self.limit = limit


def limit_error(limit: str, *, status: int = 400) -> RequestError:
    return RequestError("limit", f"{limit} is exceeded", status=status, limit=limit)


def respond(error: RequestError) -> Response:
    document = {"type": PREFIX + error.type, "status": error.status, "detail": error.detail}
    if error.limit:
        document["limit"] = error.limit
    headers = {"Cache-Control": "no-store"}
    if error.limit.startswith("maxSize"):
        headers["Connection"] = "close"
    return Response(orjson.dumps(document), error.status, headers, "application/problem+json")
