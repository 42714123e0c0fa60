"""Every address of /api/v1 in one table: the routes and the OpenAPI document are both made from it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.api.institution import InstitutionEndpoint
from services.gateway.api.models import (
    Activation,
    MustChoosePassword,
    PublicSettings,
    ServiceStates,
    SessionView,
    SignIn,
)
from services.gateway.api.models import SignedIn as SignedInBody
from services.gateway.api.session import SessionEndpoints
from services.gateway.api.status import StatusEndpoint

Endpoint = Callable[[Request], Awaitable[Response]]
PREFIX = "/api/v1"


@dataclass(frozen=True, slots=True)
class Operation:
    """answers: models of the successful answer, none for 204. problems: codes of the catalogue it may answer with.
    cookie: needs a session; unsafe ones then need X-CSRF-Token too."""

    method: str
    path: str
    endpoint: Endpoint
    summary: str
    request: type[BaseModel] | None = None
    answers: tuple[type[BaseModel], ...] = ()
    problems: tuple[str, ...] = ()
    cookie: bool = False


FORM = ("invalid-request", "not-json", "too-large", "forbidden-origin", "slow-down", "service-unavailable")


def operations(
    session: SessionEndpoints, status: StatusEndpoint, institution: InstitutionEndpoint
) -> tuple[Operation, ...]:
    return (
        Operation("GET", "/settings", institution.__call__, "The institution's settings", answers=(PublicSettings,)),
        Operation("GET", "/services", status.__call__, "Which services answer", answers=(ServiceStates,)),
        Operation(
            "POST",
            "/session",
            session.sign_in,
            "Sign in",
            request=SignIn,
            answers=(SignedInBody, MustChoosePassword),
            problems=("bad-credentials", *FORM),
        ),
        Operation(
            "GET",
            "/session",
            session.show,
            "Who is signed in",
            answers=(SessionView,),
            problems=("not-signed-in", "service-unavailable"),
            cookie=True,
        ),
        Operation(
            "DELETE",
            "/session",
            session.sign_out,
            "Sign out",
            problems=("not-signed-in", "csrf", "forbidden-origin", "service-unavailable"),
            cookie=True,
        ),
        Operation(
            "POST",
            "/activation",
            session.activate,
            "Choose the first personal password",
            request=Activation,
            answers=(SignedInBody,),
            problems=("ticket-expired", "weak-password", *FORM),
        ),
    )
