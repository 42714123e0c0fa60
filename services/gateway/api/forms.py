"""Bodies of requests that change something."""

from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from services.gateway import bodies
from services.gateway.identity.origin import Origin
from services.gateway.problems import ProblemError

MAX_BODY = 16_384
IDLE_SECONDS = 10.0
TOTAL_SECONDS = 15.0

Model = TypeVar("Model", bound=BaseModel)


class Forms:
    """Taken from our own pages only, and only as JSON: another site's form can't sign an agent in as somebody else."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin

    def check_origin(self, request: Request) -> None:
        """Raises ProblemError forbidden-origin."""
        if not self._origin.is_own(request):
            raise ProblemError("forbidden-origin")

    async def read(self, request: Request, model: type[Model]) -> Model:
        """Raises ProblemError, invalid-request with the names of the members that can't be."""
        self.check_origin(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise ProblemError("not-json")
        body = await bodies.read(request, max_bytes=MAX_BODY, idle_seconds=IDLE_SECONDS, total_seconds=TOTAL_SECONDS)
        try:
            return model.model_validate(orjson.loads(body))
        except orjson.JSONDecodeError:
            raise ProblemError("invalid-request") from None
        except ValidationError as error:
            raise ProblemError("invalid-request", fields=_members(error)) from None


def _members(error: ValidationError) -> list[str]:
    return sorted({str(fault["loc"][0]) for fault in error.errors(include_input=False) if fault["loc"]})
