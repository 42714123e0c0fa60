"""asyncio and eventlet never share a process, whichever is imported first."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("order", [("green", "aio_broker"), ("relay", "green"), ("events", "rpc_client")])
def test_the_second_of_the_two_is_refused(order: tuple[str, str]) -> None:
    first, second = order
    patched = "" if "green" in order else "import chassis.green;"
    program = f"{patched}import chassis.{first}; import chassis.{second}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1 and "ImportError: this process" in done.stderr
