"""From the first octet of a message on the wire to its line in a page that is open elsewhere."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from tests.bench.browser import Browser
from tests.bench.letters import sized
from tests.corpus.post import post

SIZE = 5_000
SECONDS = 30.0


class Reader(Protocol):
    """tests.bench.operations.Client."""

    @property
    def browser(self) -> Browser: ...

    @property
    def number(self) -> int: ...

    @property
    def smtp(self) -> tuple[str, int]: ...

    def mailbox(self, role: str) -> str: ...


def visible(reader: Reader) -> Callable[[int], object]:
    """Each request posts one message, waits on the event source until the mailbox has changed, and asks what is new."""
    browser = reader.browser
    address = browser.call("Identity/get", ids=None)["list"][0]["email"]
    seen = {"state": browser.call("Email/get", ids=[])["state"]}
    events = browser.events()

    def request(n: int) -> object:
        letter = (str(n), sized(time.time_ns(), address, SIZE))
        posted = asyncio.run(post(*reader.smtp, address, [letter], 1))
        if posted.refused:
            raise RuntimeError(posted.refused[0][1])
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            changes, new = browser.calls(
                ("Email/changes", {"sinceState": seen["state"]}),
                ("Email/get", {"#ids": {"resultOf": "0", "name": "Email/changes", "path": "/created"}}),
            )
            seen["state"] = changes["newState"]
            if changes["created"]:
                return new
            events.wait()
        raise TimeoutError

    return request
