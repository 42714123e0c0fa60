"""jmapc 0.4.0, a client of RFC 8620 and 8621 that others wrote, does a day's work."""

import json
import subprocess
from pathlib import Path

from deploy.local.system import System
from tests.interop import environments
from tests.interop.agents import Agents

DAY = Path(__file__).parent / "jmapc_day.py"


def test_a_day_s_work(system: System, agents: Agents) -> None:
    credentials = [(agent.address, agent.password) for agent in (agents(), agents())]
    host = system.addresses.web.removeprefix("http://")
    done = subprocess.run(
        [environments.python(), DAY, host],
        input=json.dumps(credentials),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
