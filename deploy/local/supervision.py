"""The supervisor of one system: its configuration, its start, and what it is asked over its Unix socket."""

import os
import signal
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from deploy.local.failure import Failure
from deploy.local.keys import write_private
from deploy.local.layout import CHECKOUT, Layout
from deploy.local.programs import MARKER

LAUNCH_SECONDS = 20.0
CALL_SECONDS = 40.0
LOG_BYTES = "5MB"
SERVERS, SERVICES = "servers", "services"
# Started from the lowest, stopped from the highest.
PRIORITY = {SERVERS: 10, SERVICES: 20}


@dataclass(frozen=True)
class Entry:
    """One supervised process: `group` is SERVERS or SERVICES, and `user` whom it runs as (None: as we do).

    `directory` is where it starts; its user must be able to enter it.
    """

    name: str
    group: str
    command: str
    environment: Mapping[str, str]
    user: str | None = None
    directory: Path = CHECKOUT
    stop_signal: str = "TERM"
    stop_seconds: int = 8
    signal_children: bool = True


@dataclass(frozen=True)
class State:
    """What the supervisor says of a process: `pid` is 0 unless it runs."""

    name: str
    pid: int
    state: str
    reason: str


class Supervisor:
    """One supervisord, held by the process that launched it."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._socket = layout.sockets / "supervisor.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self._groups: dict[str, str] = {}

    def launch(self, entries: Iterable[Entry]) -> None:
        """Write the configuration and start the supervisor; none of its processes yet."""
        entries = tuple(entries)
        self._groups = {entry.name: entry.group for entry in entries}
        write_private(self._layout.supervisor, self._configuration(entries))
        supervisord = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(self._layout.supervisor)]
        with (self._layout.logs / "supervisord.out").open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deploy.local.leash", str(os.getpid()), *supervisord],
                cwd=CHECKOUT,
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", MARKER: str(self._layout.home)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C is for the one who holds it: it stops things in their order.
                start_new_session=True,
            )
        self._wait_for_socket()

    @property
    def pid(self) -> int | None:
        """Process number while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start_group(self, group: str) -> None:
        """Start every process of a group, without waiting for them."""
        self._call("startProcessGroup", group, False)

    def start(self, name: str) -> None:
        """Start a process that was stopped."""
        self._call("startProcess", self._full(name), False)

    def stop(self, name: str) -> None:
        """Stop a process (SIGTERM, then SIGKILL 8 s later) and leave it stopped."""
        self._call("stopProcess", self._full(name), True)

    def states(self) -> dict[str, State]:
        """Every process by name."""
        told: list[dict[str, Any]] = self._call("getAllProcessInfo")
        return {
            info["name"]: State(info["name"], int(info["pid"]), str(info["statename"]), str(info["spawnerr"]))
            for info in told
        }

    def close(self, seconds: float = 60.0) -> None:
        """Stop every process, services before servers, then the supervisor."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def _wait_for_socket(self) -> None:
        end = time.monotonic() + LAUNCH_SECONDS
        while True:
            try:
                self._call("getState")
            except (OSError, HTTPException):
                if self.pid is None or time.monotonic() > end:
                    said = (self._layout.logs / "supervisord.out").read_text(errors="replace").split("\n")
                    last = next((line for line in reversed(said) if line.strip()), "aucun message")
                    raise Failure(f"Le superviseur ne démarre pas : {last}") from None
                time.sleep(0.05)
            else:
                return

    def _call(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        try:
            return getattr(proxy.supervisor, method)(*arguments)
        finally:
            transport.close()

    def _full(self, name: str) -> str:
        return f"{self._groups[name]}:{name}"

    def _configuration(self, entries: Iterable[Entry]) -> str:
        entries = tuple(entries)
        general = {
            "unix_http_server": {"file": str(self._socket), "chmod": "0700"},
            "rpcinterface:supervisor": {
                "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
            },
            "supervisord": {
                "logfile": str(self._layout.logs / "supervisord.log"),
                "logfile_maxbytes": LOG_BYTES,
                "logfile_backups": "1",
                "pidfile": str(self._layout.sockets / "supervisord.pid"),
                "directory": str(CHECKOUT),
                # Its messages go to the log file, which rotates; only what comes before it opens goes to our file.
                "silent": "true",
                **({"user": "root"} if os.geteuid() == 0 else {}),
            },
        }
        groups = {
            f"group:{group}": {
                "programs": ",".join(entry.name for entry in entries if entry.group == group),
                "priority": str(PRIORITY[group]),
            }
            for group in sorted({entry.group for entry in entries})
        }
        programs = {f"program:{entry.name}": self._program(entry) for entry in entries}
        return "\n".join(_section(name, values) for name, values in (general | groups | programs).items())

    def _program(self, entry: Entry) -> dict[str, str]:
        return {
            "command": entry.command,
            "directory": str(entry.directory),
            "environment": ",".join(f"{name}={_quoted(value)}" for name, value in entry.environment.items()),
            **({"user": entry.user} if entry.user else {}),
            "autostart": "false",
            "autorestart": "true",
            "startsecs": "1",
            # A process that cannot start yet (its broker is down) is tried for ever, each time a second later.
            "startretries": "1000000",
            "stopsignal": entry.stop_signal,
            "stopwaitsecs": str(entry.stop_seconds),
            "stopasgroup": str(entry.signal_children).lower(),
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": str(self._layout.logs / f"{entry.name}.log"),
            "stdout_logfile_maxbytes": LOG_BYTES,
            "stdout_logfile_backups": "2",
        }


def _section(name: str, values: Mapping[str, str]) -> str:
    # The supervisor expands %(…)s everywhere.
    lines = "".join(f"{key}={value.replace('%', '%%')}\n" for key, value in values.items())
    return f"[{name}]\n{lines}"


def _quoted(value: str) -> str:
    if '"' in value or "\n" in value:
        raise ValueError("a quote or a line break in an environment variable")
    return f'"{value}"'
