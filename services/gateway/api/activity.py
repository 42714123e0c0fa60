"""« Activité de mon compte »: the agent's own lines of the trail, page by page."""

import re

from starlette.requests import Request
from starlette.responses import Response

from contracts.account import MAX_ACTIVITY_PAGE, AccountApi, ActivityRequest
from services.gateway.api.answers import answer
from services.gateway.api.holder import Holders
from services.gateway.api.models.account import Activity
from services.gateway.api.operation import Parameter
from services.gateway.problems import ProblemError

DEFAULT_LIMIT = 50
_BEFORE = r"^[A-Za-z0-9._~-]{0,128}$"
BEFORE = Parameter("before", "query", {"type": "string", "pattern": _BEFORE}, "`next` of an earlier page")
LIMIT = Parameter(
    "limit",
    "query",
    {"type": "integer", "minimum": 1, "maximum": MAX_ACTIVITY_PAGE, "default": DEFAULT_LIMIT},
    "How many lines at most",
)


class ActivityEndpoint:
    def __init__(self, holders: Holders) -> None:
        self._holders = holders

    async def __call__(self, request: Request) -> Response:
        holder = await self._holders.holder(request)
        before, limit = _before(request), _limit(request)
        asked = ActivityRequest(holder=holder, before=before, limit=limit)
        return answer(Activity.of(await self._holders.call(AccountApi.list_activity, asked, holder)))


def _before(request: Request) -> str:
    given = request.query_params.get("before", "")
    if not re.fullmatch(_BEFORE, given):
        raise ProblemError("invalid-request", fields=["before"])
    return given


def _limit(request: Request) -> int:
    given = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch(r"[0-9]{1,3}", given) or not 1 <= int(given) <= MAX_ACTIVITY_PAGE:
        raise ProblemError("invalid-request", fields=["limit"])
    return int(given)
