"""The processes of one system, found again by what they were started with, whoever started them."""

import os
import signal
from collections.abc import Iterable, Mapping
from pathlib import Path

import psutil

from deploy.local.programs import MARKER

TERM_SECONDS = 10.0
KILL_SECONDS = 5.0


def left_over(home: Path, cluster: Path) -> list[psutil.Process]:
    """Processes of the system kept at `home`, and the PostgreSQL server of its cluster, still alive."""
    found = [process for process in psutil.process_iter() if _marked(process, str(home))]
    server = _postgres(cluster)
    return [*found, server] if server and server not in found else found


def end(processes: Iterable[psutil.Process]) -> None:
    """Stop these: politely, then with SIGKILL."""
    alive = list(processes)
    for process in alive:
        # PostgreSQL waits for its clients on SIGTERM, and disconnects them on SIGINT.
        _signal(process, signal.SIGINT if _name(process) == "postgres" else signal.SIGTERM)
    _, alive = psutil.wait_procs(alive, timeout=TERM_SECONDS)
    for process in alive:
        _signal(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=KILL_SECONDS)


def with_children(mains: Mapping[str, int]) -> dict[str, list[int]]:
    """Each role's process number, with those of all its descendants behind it; a role that does not run has none."""
    children: dict[int, list[int]] = {}
    for process in psutil.process_iter(["ppid"]):
        children.setdefault(process.info["ppid"], []).append(process.pid)
    return {role: _descend(main, children) if main else [] for role, main in mains.items()}


def _descend(main: int, children: Mapping[int, list[int]]) -> list[int]:
    found = [main]
    for pid in found:
        found += sorted(children.get(pid, ()))
    return found


def _marked(process: psutil.Process, home: str) -> bool:
    if process.pid == os.getpid():
        return False
    try:
        return process.environ().get(MARKER) == home
    except (psutil.Error, OSError):
        # Ended meanwhile, or somebody else's: not ours either way.
        return False


def _postgres(cluster: Path) -> psutil.Process | None:
    """PostgreSQL overwrites its environment with its title: its own pid file tells it instead."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().split("\n", 1)[0])
        process = psutil.Process(pid)
        return process if str(cluster) in process.cmdline() else None
    except (OSError, ValueError, psutil.Error):
        return None


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.Error:
        return ""


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
