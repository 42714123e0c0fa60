"""One system for all clients, and agents who have never been there before."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import count

import pytest

from deploy.local.layout import CHECKOUT
from deploy.local.system import System
from tests.infra.processes import Processes
from tests.interop.agents import Agent, Agents

NUMBERS = count(1)


@pytest.fixture(scope="session")
def system(processes: Processes) -> Iterator[System]:
    mail = ("mail-rpc", "mail-events", "mail-outbox", "mail-parser", "mail-delivery", "mail-clock")
    with processes("gateway", "auth-rpc", "auth-outbox", *mail) as system:
        yield system


@pytest.fixture(scope="session")
def agents(system: System) -> Agents:
    """`agents()` makes one."""

    def make() -> Agent:
        agent = Agent(f"agent{next(NUMBERS)}.fictif@ac-montpellier.example", "tambour des lilas")
        command = [sys.executable, "-m", "services.auth.cli", "agent", "--address", agent.address, "--password-stdin"]
        subprocess.run(
            command, cwd=CHECKOUT, env=system.environment, input=agent.password, text=True, timeout=60, check=True
        )
        return agent

    return make
