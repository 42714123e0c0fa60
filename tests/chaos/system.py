"""A private system to be ill-treated: broker, cluster, auth, mail, the gateway, under the supervisor of `make run`."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2

from deploy.local.layout import CHECKOUT
from deploy.local.programs import PROGRAMS, Program
from deploy.local.system import Options, System
from tests.corpus.jmap import Jmap

LISTENER = "mail-smtp"
PARTS = ("auth", "mail", "gateway", None)
KNOWN_SECONDS = 60.0
DRAIN_SECONDS = 240.0
DOMAIN = "ac-montpellier.example"


def programs(*, mutant: bool) -> tuple[Program, ...]:
    chosen = (program for program in PROGRAMS if program.service in PARTS)
    return tuple(
        Program(LISTENER, "tests.chaos.mutant_smtp", "mail") if mutant and program.name == LISTENER else program
        for program in chosen
    )


def options(home: Path, *, mutant: bool, besides: tuple[Program, ...] = ()) -> Options:
    return Options(
        home=home,
        programs=(*programs(mutant=mutant), *besides),
        databases=("auth", "mail"),
        preferred_ports={},
        overrides={"LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING")},
    )


class Patient:
    """The system and some agents in it. `agents` are addresses; they share a password."""

    def __init__(self, system: System, agents: int) -> None:
        self.system = system
        self.password = secrets.token_urlsafe(16)
        self.agents = tuple(f"agent{number}.chaos@{DOMAIN}" for number in range(agents))
        for address in self.agents:
            self._make(address)

    @property
    def smtp(self) -> tuple[str, int]:
        return self.system.environment["SMTP_HOST"], int(self.system.environment["SMTP_PORT"])

    def wait_until_known(self) -> None:
        """Returns once mail has heard of every agent."""
        _until(lambda: self._count("SELECT count(*) FROM address") == len(self.agents), KNOWN_SECONDS, "agents known")

    def wait_until_drained(self) -> None:
        _until(lambda: self._count("SELECT count(*) FROM spool") == 0, DRAIN_SECONDS, "the spool empty")

    def wait_until_ready(self, left_out: tuple[str, ...], seconds: float) -> None:
        """Returns once every process but those `left_out` says that it is ready."""
        running = [name for name in self.system.states() if name not in left_out]
        self.system.wait_until_ready(*running, seconds=seconds)

    def numbers(self, prefix: str) -> dict[str, list[int]]:
        """What stands in each mailbox, as its owner's client lists it: subjects are `prefix` and a number."""
        return {address: self._listed(address, prefix) for address in self.agents}

    def _listed(self, address: str, prefix: str) -> list[int]:
        with Jmap(self.system.addresses.web, address, self.password) as jmap:
            subjects = [email["subject"] for email in jmap.emails(list(jmap.email_ids()), ["subject"], page=500)]
        return [int(subject.removeprefix(prefix)) for subject in subjects if subject.startswith(prefix)]

    def _make(self, address: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "services.auth.cli", "agent", "--address", address],
            cwd=CHECKOUT,
            env=self.system.environment | {"PASSWORD": self.password},
            stdout=subprocess.DEVNULL,
            timeout=60,
            check=True,
        )

    def _count(self, query: str) -> int:
        try:
            connection = psycopg2.connect(self.system.addresses.database_urls["mail"], connect_timeout=2)
        except psycopg2.OperationalError:
            return -1
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                row = cursor.fetchone()
                return int(row[0]) if row else -1
        except psycopg2.Error:
            return -1
        finally:
            connection.close()


def _until(true: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not after {seconds:.0f} s")
        time.sleep(0.1)
