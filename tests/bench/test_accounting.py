"""The reading of CPU time, with children whose work is known."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.bench.accounting import by_role, cpu_ms, tree

BUSY = """
import sys, time
while time.process_time() < float(sys.argv[1]): pass
print("done", flush=True)
sys.stdin.read()
"""
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BUSY!r}, sys.argv[1]], stdin=subprocess.DEVNULL, check=True)
sys.stdin.read()
"""


@contextmanager
def running(code: str, *arguments: str) -> Iterator[int]:
    """The process number, once it has said that its work is done."""
    command = [sys.executable, "-c", code, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"done\n"
        yield process.pid
        process.communicate(timeout=10)


def test_the_work_of_a_busy_process_is_counted_and_an_idle_one_adds_nothing() -> None:
    with running(BUSY, "0.3") as pid:
        worked = cpu_ms(tree(pid))
        time.sleep(0.2)
        rested = cpu_ms(tree(pid)) - worked
    assert worked == pytest.approx(300, abs=60)
    assert rested <= 10


def test_a_child_that_has_ended_is_still_counted() -> None:
    with running(PARENT, "0.3") as pid:
        end = time.monotonic() + 10
        while len(tree(pid)) > 1:
            assert time.monotonic() < end, "the child did not end"
            time.sleep(0.01)
        assert cpu_ms(tree(pid)) >= 280


def test_a_role_is_the_sum_of_its_processes_and_what_does_not_run_is_nothing() -> None:
    with running(BUSY, "0.1") as first, running(BUSY, "0.2") as second:
        roles = by_role({"mail-smtp": first, "mail-delivery": second, "gateway": 0})
    assert roles["flow"] == pytest.approx(300, abs=60)
    assert roles["gateway"] == 0
    assert roles["rpc"] == 0


def test_a_process_that_ended_meanwhile_has_no_time() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(10)
    assert cpu_ms([ended.pid]) == 0
