"""The institution's public settings."""

from starlette.requests import Request
from starlette.responses import Response

from chassis.settings import InstitutionSettings
from services.gateway.api.models.site import PublicSettings


class InstitutionEndpoint:
    def __init__(self, settings: InstitutionSettings) -> None:
        public = PublicSettings(institution=settings.institution, help=settings.help, colours=settings.colours)
        self._body = public.model_dump_json().encode()

    async def __call__(self, _: Request) -> Response:
        return Response(self._body, 200, {"Cache-Control": "no-cache"}, "application/json")
