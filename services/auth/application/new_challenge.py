"""Hands out a challenge: a code to read or to hear, and a proof of work."""

from contracts.recovery import Challenge, ChallengeRequest
from services.auth.application.guard import Guard
from services.auth.application.ports import Clock, Store
from services.auth.domain.challenge import new_challenge
from services.auth.domain.digests import KeyRing


class NewChallenge:
    def __init__(self, store: Store, keys: KeyRing, guard: Guard, clock: Clock) -> None:
        self._store = store
        self._keys = keys
        self._guard = guard
        self._clock = clock

    def __call__(self, request: ChallengeRequest) -> Challenge:
        now = self._clock()
        with self._store.begin() as tx:
            difficulty = self._guard.difficulty_for(tx, request.client, now)
        made = new_challenge(self._keys, difficulty, now)
        return Challenge(token=made.token, difficulty=difficulty, expires_at=made.expires_at.timestamp())
