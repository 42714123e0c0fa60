"""One address of /api/v1: what answers it, within which time, and what the OpenAPI document says of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from chassis.deadline import deadline

Endpoint = Callable[[Request], Awaitable[Response]]
JSON = "application/json"
SECONDS = 25.0


@dataclass(frozen=True, slots=True)
class Parameter:
    """Of the path or of the query. schema: JSON Schema, with its bounds."""

    name: str
    place: Literal["path", "query"]
    schema: dict[str, Any]
    description: str


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """answers: models of the successful answer, none for 204. media: of an answer that is no JSON. ranges: parts of it
    may be asked for. problems: entries of the catalogue it may answer with. cookie: needs a session; unsafe ones then
    need X-CSRF-Token too. seconds: the deadline of the calls it makes."""

    method: str
    path: str
    endpoint: Endpoint
    summary: str
    request: type[BaseModel] | None = None
    answers: tuple[type[BaseModel], ...] = ()
    media: str = JSON
    ranges: bool = False
    status: int = 200
    problems: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    cookie: bool = False
    seconds: float = SECONDS

    async def answer(self, request: Request) -> Response:
        with deadline(self.seconds):
            return await self.endpoint(request)
