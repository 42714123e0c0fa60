"""Shows the code of a challenge: drawn or spoken."""

from contracts.errors import ErrorCode, ServiceError
from contracts.recovery import ChallengeToken, Picture, Sound
from services.auth.application.ports import Clock, Draw, Speak
from services.auth.domain.challenge import read_challenge
from services.auth.domain.digests import KeyRing


class ShowChallenge:
    def __init__(self, keys: KeyRing, draw: Draw, speak: Speak, clock: Clock) -> None:
        self._keys = keys
        self._draw = draw
        self._speak = speak
        self._clock = clock

    def drawn(self, request: ChallengeToken) -> Picture:
        """Raises ServiceError not-found, or unavailable when too many are asked for."""
        return Picture(content=self._draw(self._code(request)))

    def spoken(self, request: ChallengeToken) -> Sound:
        """Raises as `drawn`. One challenge always sounds the same: a client may fetch its sound in parts, and nobody
        collects recordings of one code."""
        code = self._code(request)
        return Sound(content=self._speak(code, f"{code}:{request.token}"))

    def _code(self, request: ChallengeToken) -> str:
        challenge = read_challenge(self._keys, request.token, self._clock())
        if challenge is None:
            raise ServiceError(ErrorCode.NOT_FOUND)
        return challenge.code
