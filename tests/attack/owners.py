"""The owners, who sign in while others guess."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from services.auth.domain.challenge import read_challenge, work
from services.auth.domain.digests import KeyRing
from tests.attack.people import BROWSER, PROGRAM, SCHOOL, Means, Owner

SECONDS = 60.0
MOST_CODES = 3
MOST_TRIES = 3
BUSY_STATUS = (503, 504)
DEVICE_COOKIE = "wm_device"


@dataclass(frozen=True)
class Arrival:
    """tries: more than one after an answer that the system is too busy. seconds: of all answers together. work_seconds:
    of the proofs of work, computed here. answer: the last one, when they did not get in."""

    means: Means
    got_in: bool
    tries: int
    codes: int
    seconds: float
    work_seconds: float
    answer: str = ""


@dataclass
class _Visit:
    """What it took so far."""

    tries: int = 0
    codes: int = 0
    work_seconds: float = 0.0


class SchoolDoor:
    """`keys`: of the attacked system. A human reads the code in the picture; the test derives it."""

    def __init__(self, web: str, keys: KeyRing) -> None:
        self._web = web
        self._keys = keys

    def arrive(self, owner: Owner) -> Arrival:
        with_program = owner.means is Means.MAIL_PROGRAM
        headers = {"X-Forwarded-For": SCHOOL, "User-Agent": PROGRAM if with_program else BROWSER}
        cookies = {DEVICE_COOKIE: owner.device} if owner.device else {}
        visit, begun = _Visit(), time.perf_counter()
        with httpx.Client(base_url=self._web, timeout=SECONDS, headers=headers, cookies=cookies) as http:
            answer = self._ask(http, owner, visit)
            while answer.status_code in BUSY_STATUS and visit.tries < MOST_TRIES:
                answer = self._ask(http, owner, visit)
        seconds = time.perf_counter() - begun - visit.work_seconds
        got_in = answer.status_code == 200
        said = "" if got_in else answer.text[:200]
        return Arrival(owner.means, got_in, visit.tries, visit.codes, seconds, visit.work_seconds, said)

    def _ask(self, http: httpx.Client, owner: Owner, visit: _Visit) -> httpx.Response:
        visit.tries += 1
        if owner.means is Means.MAIL_PROGRAM:
            return http.get("/.well-known/jmap", auth=(owner.address, owner.password))
        form: dict[str, Any] = {"login": owner.address, "password": owner.password}
        answer = http.post("/api/v1/session", json=form)
        while answer.status_code == 428 and visit.codes < MOST_CODES:
            solved = self._solve(http, answer.json()["difficulty"], visit)
            answer = http.post("/api/v1/session", json=form | {"solved": solved})
        return answer

    def _solve(self, http: httpx.Client, difficulty: int, visit: _Visit) -> dict[str, str]:
        visit.codes += 1
        challenge = http.post("/api/v1/challenges").raise_for_status().json()
        token = challenge["token"]
        http.get(f"/api/v1/challenges/{token}/image").raise_for_status()
        begun = time.perf_counter()
        nonce = work(token, max(challenge["difficulty"], difficulty))
        visit.work_seconds += time.perf_counter() - begun
        return {"token": token, "typed": self._read(token), "nonce": nonce}

    def _read(self, token: str) -> str:
        challenge = read_challenge(self._keys, token, datetime.now(UTC))
        assert challenge is not None
        return challenge.code
