import signal
import subprocess
import sys
import time

HEAD = """
import asyncio, sys
from chassis.aio import run
from chassis.logging import configure
configure("proof")
async def for_ever():
    print("begun", flush=True)
    try:
        await asyncio.Event().wait()
    finally:
        print("ended", flush=True)
async def fails():
    await asyncio.sleep(0.05)
    raise ValueError("planted")
async def returns():
    await asyncio.sleep(0.05)
"""


def start(program: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_sigterm_ends_the_tasks_and_the_process_with_success() -> None:
    process = start("run(for_ever(), for_ever())")
    assert process.stdout is not None and process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=10)
    assert out.count("ended") == 2 and process.returncode == 0


def test_a_task_that_fails_ends_the_others_and_the_process_with_failure() -> None:
    started = time.monotonic()
    process = start("run(for_ever(), fails())")
    out, err = process.communicate(timeout=10)
    assert "ended" in out and process.returncode == 1 and time.monotonic() - started < 5
    assert "ValueError" in err and "planted" not in err


def test_a_task_that_merely_ends_is_a_failure_too() -> None:
    process = start("run(for_ever(), returns())")
    process.communicate(timeout=10)
    assert process.returncode == 1
