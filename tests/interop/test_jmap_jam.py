"""jmap-jam 0.13.1, a client of RFC 8620 and 8621 that others wrote, does a day's work."""

import json
import subprocess

from deploy.local import npm
from deploy.local.system import System
from tests.interop import environments
from tests.interop.agents import Agents


def test_a_day_s_work(system: System, agents: Agents) -> None:
    credentials = [(agent.address, agent.password) for agent in (agents(), agents())]
    done = subprocess.run(
        [environments.node(), environments.JAM / "day.mjs", system.addresses.web],
        input=json.dumps(credentials),
        env=npm.environment(),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
