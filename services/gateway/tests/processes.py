"""The gateway and its fakes as processes: started, waited for, stopped."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

START_SECONDS = 30.0
STOP_SECONDS = 12.0


def eventually(fact: Callable[[], bool], seconds: float = START_SECONDS) -> None:
    until = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < until, "did not come true in time"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """`python -m <command>` with a health port of its own; its stderr goes to a file."""

    def __init__(self, folder: Path, *command: str, **environment: str) -> None:
        self.health_port = free_port()
        self._log = folder / f"{'-'.join(command)}.log"
        self._command = [sys.executable, "-m", *command]
        self._environment = {**os.environ, **environment, "HEALTH_PORT": str(self.health_port)}
        self.start()

    @property
    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    @property
    def pid(self) -> int:
        return self._popen.pid

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._popen = subprocess.Popen(self._command, env=self._environment, stderr=log)

    def wait_until_ready(self) -> None:
        eventually(self._ready)

    def stop(self) -> int:
        """Exit status after SIGTERM; killed when that takes longer than STOP_SECONDS."""
        if self._popen.poll() is None:
            self._popen.send_signal(signal.SIGTERM)
        try:
            return self._popen.wait(STOP_SECONDS)
        finally:
            self._popen.kill()
            self._popen.wait(STOP_SECONDS)

    def _ready(self) -> bool:
        assert self._popen.poll() is None, self.log
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
