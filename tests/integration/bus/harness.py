"""Processes of these tests: started, waited for, killed, and what they logged."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 20.0
STOP_SECONDS = 12.0


def eventually(fact: Callable[[], bool], seconds: float = 10.0, *, every: float = 0.02) -> None:
    """Waits until `fact()`; fails after `seconds`."""
    until = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < until, "did not come true in time"
        time.sleep(every)


class Process:
    """`python -m tests.integration.bus.<module>`; its stderr goes to a file."""

    def __init__(self, module: str, folder: Path, **environment: str) -> None:
        self.port = _free_port()
        self._log = folder / f"{module}-{self.port}.log"
        self._command = [sys.executable, "-m", f"tests.integration.bus.{module}"]
        self._environment = {**os.environ, **environment, "HEALTH_PORT": str(self.port)}
        self._popen = self._start()

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of the health server's answer; (0, "") while nothing listens."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def wait_until_ready(self) -> None:
        eventually(lambda: self.get("/readyz")[0] == 200, START_SECONDS)

    def kill(self) -> None:
        self._popen.kill()
        self._popen.wait(STOP_SECONDS)

    def tell_to_stop(self) -> None:
        self._popen.send_signal(signal.SIGTERM)

    def ended(self, seconds: float = STOP_SECONDS) -> int:
        """Waits for the end; the exit status."""
        return self._popen.wait(seconds)

    def stop(self) -> int:
        self.tell_to_stop()
        return self.ended()

    def restart(self) -> None:
        """Starts it again after it ended."""
        assert not self.alive
        self._popen = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(self._command, env=self._environment, stderr=log)


@contextmanager
def running(module: str, folder: Path, **environment: str) -> Iterator[Process]:
    """A ready process, stopped at the end, however it fared; it ends well when it is told to."""
    process = Process(module, folder, **environment)
    try:
        process.wait_until_ready()
        yield process
    finally:
        status = process.stop() if process.alive else 0
    assert status == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
