"""Which services answer, for the page that says what is unavailable."""

import asyncio
import time

from starlette.requests import Request
from starlette.responses import Response

from contracts.auth import AuthApi
from contracts.base import Ping
from contracts.calendar import CalendarApi
from contracts.contacts import ContactsApi
from contracts.errors import ServiceError
from contracts.mail import MailApi
from services.gateway.api.models.site import ServiceState, ServiceStates
from services.gateway.caller import Caller

PING_SECONDS = 1.5
KEPT_SECONDS = 2.0


class StatusEndpoint:
    """Asks at most once in KEPT_SECONDS, however many pages ask."""

    def __init__(self, client: Caller) -> None:
        self._client = client
        self._asking = asyncio.Lock()
        self._until = 0.0
        self._body = b""

    async def __call__(self, _: Request) -> Response:
        async with self._asking:
            if time.monotonic() >= self._until:
                self._body = (await self._ask()).model_dump_json().encode()
                self._until = time.monotonic() + KEPT_SECONDS
        return Response(self._body, 200, {"Cache-Control": "no-store"}, "application/json")

    async def _ask(self) -> ServiceStates:
        auth, mail, calendar, contacts = await asyncio.gather(
            *(self._state(api) for api in (AuthApi, MailApi, CalendarApi, ContactsApi))
        )
        return ServiceStates(auth=auth, mail=mail, calendar=calendar, contacts=contacts)

    async def _state(self, api: type[AuthApi] | type[MailApi] | type[CalendarApi] | type[ContactsApi]) -> ServiceState:
        try:
            await self._client.call(api.ping, Ping(), timeout=PING_SECONDS)
        except ServiceError:
            return "down"
        return "up"
