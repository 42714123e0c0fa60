"""A browser on /api/v1, without the page: its cookies and its CSRF token, and what agents find in their letterboxes."""

import email
import email.policy
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx

from deploy.local.layout import CHECKOUT
from deploy.local.system import System
from tests.infra.challenges import solve

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
SECONDS = 20.0


class Browser:
    def __init__(self, system: System, user_agent: str = FIREFOX) -> None:
        self._system = system
        headers = {"User-Agent": user_agent, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"}
        self.http = httpx.Client(base_url=system.addresses.web, headers=headers, timeout=SECONDS)
        self.csrf = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def post(self, path: str, body: object) -> httpx.Response:
        """Of a page before sign-in; one that signs in is signed in from then on."""
        return self._entered(self.http.post(f"/api/v1{path}", json=body))

    def sign_in(self, login: str, password: str, **more: object) -> httpx.Response:
        return self.post("/session", {"login": login, "password": password, **more})

    def solved(self) -> dict[str, str]:
        """The answer to a new challenge."""
        return solve(self._system.environment, self.post("/challenges", {}).json())

    def get(self, path: str) -> httpx.Response:
        return self.http.get(f"/api/v1{path}")

    def act(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Of a page that is signed in."""
        headers = {"X-CSRF-Token": self.csrf}
        return self._entered(self.http.request(method, f"/api/v1{path}", json=body, headers=headers))

    @property
    def is_signed_in(self) -> bool:
        return self.get("/session").status_code == 200

    @contextmanager
    def open_stream(self) -> Iterator[Iterator[dict[str, str]]]:
        """The event source: what changed in the account, until it ends."""
        with self.http.stream("GET", "/jmap/eventsource?types=*&closeafter=no&ping=5") as answer:
            assert answer.status_code == 200
            lines = answer.iter_lines()
            assert next(lines).startswith(("id:", "retry:"))
            yield _changes(lines)

    def _entered(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code == 200 and answer.json().get("state") == "signed-in":
            self.csrf = answer.json()["session"]["csrf"]
        return answer


def _changes(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    for line in lines:
        if line.startswith("data:") and "changed" in line:
            (changed,) = json.loads(line[5:])["changed"].values()
            yield changed


def cli(system: System, *arguments: str, stdin: str = "") -> str:
    """What `python -m services.auth.cli` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "services.auth.cli", *arguments],
        cwd=CHECKOUT,
        env=system.environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def mail_to(system: System, address: str, containing: str) -> str:
    """The text of the newest mail that left for `address` and holds this; waits for it."""
    found: list[str] = []

    def look() -> bool:
        mails = sorted(system.addresses.outside.glob("*.eml"))
        found[:] = [text for mail in mails if containing in (text := _text(mail.read_bytes(), address))]
        return bool(found)

    eventually(look)
    return found[-1]


def link_in(text: str, route: str) -> str:
    """What the link to this page carries."""
    found = re.search(rf"/#/{route}/(\S+)", text)
    assert found is not None, text
    return found[1]


def eventually(fact: Callable[[], bool], seconds: float = SECONDS) -> None:
    until = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < until, "did not come true in time"
        time.sleep(0.05)


def _text(raw: bytes, address: str) -> str:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if address not in message.get("X-Envelope-To", ""):
        return ""
    body: Any = message.get_body(("plain",))
    return f"{message['Subject']}\n{body.get_content()}"
