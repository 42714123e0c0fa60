"""`python -m tests.corpus.send CORPUS`: posts every message of a corpus to one agent, and reads all of it back.

CORPUS is a folder or a .tar.xz of one file a message; without it a generated one is used. Against the system of
`make run` (`make corpus CORPUS=…`) an agent is made for the occasion; elsewhere name them: --smtp HOST:PORT --web URL
--address A --password P. Ends with 0 when accepted = stored = listed, every message opens, and the SHA-256 of each
original, its trace block (services/mail/domain/trace.py) taken off, is that of what was sent after the listener's
normalisation (services/mail/smtp/data.py).
"""

import argparse
import asyncio
import os
import secrets
import smtplib
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.check import Findings, examine, wait_until_stored
from tests.corpus.generate import generate
from tests.corpus.jmap import Jmap
from tests.corpus.post import Message, Posted, post
from tests.corpus.read import messages

PAGE = 20
KNOWN_SECONDS = 60.0
STORED_SECONDS_PER_MESSAGE = 0.1
STORED_SECONDS = 180.0


@dataclass(frozen=True)
class Target:
    host: str
    port: int
    web: str
    address: str
    password: str


@dataclass(frozen=True)
class Result:
    posted: Posted
    stored: int
    findings: Findings
    accept_seconds: float
    deliver_seconds: float

    @property
    def holds(self) -> bool:
        accepted = len(self.posted.accepted)
        found = self.findings
        return not found.faults and accepted == self.stored == found.listed == found.opened == found.identical


def through(target: Target, corpus: Sequence[Message], connections: int, page: int = PAGE) -> Result:
    """Posts the corpus to an agent whose mailbox is empty, and examines what came of it, `page` emails at once."""
    begun = time.monotonic()
    posted = asyncio.run(post(target.host, target.port, target.address, corpus, connections))
    accepted = time.monotonic()
    by_name = dict(corpus)
    patience = STORED_SECONDS + STORED_SECONDS_PER_MESSAGE * len(corpus)
    with Jmap(target.web, target.address, target.password) as jmap:
        stored = wait_until_stored(jmap, len(posted.accepted), patience)
        delivered = time.monotonic()
        findings = examine(jmap, (by_name[name] for name in posted.accepted), page)
    return Result(posted, stored, findings, accepted - begun, delivered - begun)


def tell(result: Result) -> str:
    accepted, found = len(result.posted.accepted), result.findings
    lines = [
        f"accepted (250)     {accepted} ({accepted / result.accept_seconds:.0f}/s)",
        f"refused            {len(result.posted.refused)} {result.posted.refused[:3] or ''}",
        f"stored             {result.stored} ({result.stored / result.deliver_seconds:.0f}/s, from the first sent)",
        f"listed             {found.listed}",
        f"opened             {found.opened}, {len(found.faults)} fault(s)",
        f"byte for byte      {found.identical}",
        *(f"  {fault}" for fault in found.faults[:20]),
        *(f"{name:<18} {milliseconds:.1f} ms" for name, milliseconds in found.times.items()),
        "HOLDS: accepted = stored = listed, all open, all byte for byte" if result.holds else "FAILED",
    ]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.send", description=__doc__)
    parser.add_argument("corpus", nargs="?", default="", help="folder or .tar.xz; without it: a generated one")
    parser.add_argument("--smtp", default=f"{os.environ.get('SMTP_HOST', '')}:{os.environ.get('SMTP_PORT', '')}")
    parser.add_argument("--web", default=os.environ.get("PUBLIC_URL", ""))
    parser.add_argument("--address", default="", help="without it an agent is made, which `make corpus` may")
    parser.add_argument("--password", default=os.environ.get("PASSWORD", ""))
    parser.add_argument("--connections", type=int, default=4)
    given = parser.parse_args(arguments)
    host, _, port = given.smtp.rpartition(":")
    if not host or not port.isdigit() or not given.web:
        parser.error("--smtp HOST:PORT and --web URL are needed, or the environment of a running system")
    corpus = list(messages(Path(given.corpus))) if given.corpus else generate(seed=1, count=300)
    address, password = (given.address, given.password) if given.address else _new_agent()
    print(f"{len(corpus)} messages to {address}", flush=True)
    wait_until_known(host, int(port), address)
    result = through(Target(host, int(port), given.web, address, password), corpus, given.connections)
    print(tell(result))
    return 0 if result.holds else 1


def wait_until_known(host: str, port: int, address: str) -> None:
    """Returns once the listener takes mail for a new agent."""
    end = time.monotonic() + KNOWN_SECONDS
    while not _knows(host, port, address):
        if time.monotonic() > end:
            raise TimeoutError("the listener does not know the agent")
        time.sleep(0.2)


def _knows(host: str, port: int, address: str) -> bool:
    with smtplib.SMTP(host, port, local_hostname="corpus.example", timeout=10) as smtp:
        smtp.helo()
        smtp.mail("")
        return smtp.rcpt(address)[0] == 250


def _new_agent() -> tuple[str, str]:
    address = f"corpus.{secrets.token_hex(4)}@ac-montpellier.example"
    password = secrets.token_urlsafe(16)
    command = [sys.executable, "-m", "services.auth.cli", "agent", "--address", address]
    subprocess.run(command, env=os.environ | {"PASSWORD": password}, stdout=sys.stderr, timeout=60, check=True)
    return address, password


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
