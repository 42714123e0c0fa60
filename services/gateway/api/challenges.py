"""The displayed code: made, drawn and spoken by auth."""

import re

from starlette.requests import Request
from starlette.responses import Response

from contracts.recovery import ChallengeRequest, ChallengeToken, RecoveryApi
from services.gateway.api.answers import FRESH, answer
from services.gateway.api.forms import Forms
from services.gateway.api.models.base import CHALLENGE_TOKEN
from services.gateway.api.models.recovery import Challenge
from services.gateway.blobs import ranges
from services.gateway.caller import Caller
from services.gateway.identity.client import client_of
from services.gateway.identity.cookies import Cookies
from services.gateway.limits import Limits
from services.gateway.problems import ProblemError
from services.gateway.turnstile import Turnstile

MAKE_SECONDS = 5.0
RENDER_SECONDS = 8.0
PNG = "image/png"
WAV = "audio/wav"
_TOKEN = re.compile(CHALLENGE_TOKEN)
_HEADERS = FRESH | {"Cross-Origin-Resource-Policy": "same-origin"}


class ChallengeEndpoints:
    """Pictures and sounds cost auth some work, and anybody may ask: this process asks for a few at once only."""

    def __init__(self, client: Caller, cookies: Cookies, forms: Forms, limits: Limits) -> None:
        self._client = client
        self._cookies = cookies
        self._forms = forms
        self._turnstile = Turnstile(
            lambda: ProblemError("too-many", headers={"Retry-After": "2"}),
            limits.max_concurrent_renderings,
            waiting=limits.max_waiting_renderings,
            seconds=limits.rendering_wait_seconds,
        )

    async def make(self, request: Request) -> Response:
        self._forms.check_origin(request)
        asked = ChallengeRequest(client=client_of(request, self._cookies))
        made = await self._client.call(RecoveryApi.new_challenge, asked, timeout=MAKE_SECONDS)
        return answer(Challenge(token=made.token, difficulty=made.difficulty, expires_at=made.expires_at))

    async def image(self, request: Request) -> Response:
        asked = _token(request)
        async with self._turnstile.turn(PNG):
            picture = await self._client.call(RecoveryApi.draw_challenge, asked, timeout=RENDER_SECONDS)
        return Response(picture.content, 200, _HEADERS, PNG)

    async def sound(self, request: Request) -> Response:
        asked = _token(request)
        async with self._turnstile.turn(WAV):
            sound = await self._client.call(RecoveryApi.speak_challenge, asked, timeout=RENDER_SECONDS)
        return _partial(request, sound.content)


def _partial(request: Request, content: bytes) -> Response:
    """Safari plays nothing that it can't ask for in parts."""
    headers = _HEADERS | {"Accept-Ranges": "bytes"}
    wanted = ranges.asked_for(request, len(content))
    if wanted is None:
        return Response(content, 200, headers, WAV)
    headers["Content-Range"] = ranges.content_range(wanted, len(content))
    return Response(content[slice(*wanted)], 206, headers, WAV)


def _token(request: Request) -> ChallengeToken:
    """What can't be a token costs auth nothing."""
    token = request.path_params["token"]
    if not _TOKEN.fullmatch(token):
        raise ProblemError("not-found")
    return ChallengeToken(token=token)
