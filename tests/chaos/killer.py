"""kill -9 at seeded random times, of seeded random parts of a running system."""

import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence

SERVERS = ("rabbitmq", "postgres")
SERVICES = (
    *("mail-smtp", "mail-delivery", "mail-rpc", "mail-events", "mail-outbox", "mail-parser", "mail-outbound"),
    *("mail-clock", "mail-search"),
)
PAUSE_SECONDS = (0.3, 2.2)


class Killer:
    """`pids(role)` gives the processes of a role, the main one first; none while it is down."""

    def __init__(self, roles: Sequence[str], pids: Callable[[str], list[int]], seed: int) -> None:
        self._roles = list(roles)
        self._pids = pids
        self._random = random.Random(seed)
        self._bag: list[str] = []
        self.kills: Counter[str] = Counter()

    def run(self, seconds: float) -> None:
        """Returns after `seconds`. Every role has its turn before any has its next."""
        end = time.monotonic() + seconds
        while (pause := self._random.uniform(*PAUSE_SECONDS)) < end - time.monotonic():
            time.sleep(pause)
            self._kill(self._next())
        time.sleep(max(0.0, end - time.monotonic()))

    def _next(self) -> str:
        if not self._bag:
            self._bag = self._random.sample(self._roles, len(self._roles))
        return self._bag.pop()

    def _kill(self, role: str) -> None:
        """A server's children die with it: none of them may finish what it had begun."""
        victims = self._pids(role)
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if victims:
            self.kills[role] += 1
