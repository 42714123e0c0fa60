"""Waits until every process says that it is ready."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local.failure import Failure
from deploy.local.supervision import State

ASK_SECONDS = 2.0
POLL_SECONDS = 0.2
READY_SECONDS = 120.0
ANSWER_BYTES = 200


def wait(
    health_ports: Mapping[str, int],
    states: Callable[[], Mapping[str, State]],
    logs: Path,
    seconds: float = READY_SECONDS,
) -> None:
    """Return when /readyz of each process (name → port) answers 200; else tell which did not, and its last words."""
    waiting = dict(health_ports)
    end = time.monotonic() + seconds
    while True:
        answers = {name: why_not_ready(port) for name, port in waiting.items()}
        waiting = {name: port for name, port in waiting.items() if answers[name] is not None}
        if not waiting:
            return
        if time.monotonic() > end:
            running = states()
            told = " ; ".join(
                f"{name} ({running[name].state}, {answers[name]}) : {last_words(logs, name)}"
                for name in sorted(waiting)
            )
            raise Failure(f"Pas prêt après {seconds:.0f} s : {told}. Lisez {logs}.")
        time.sleep(POLL_SECONDS)


def is_ready(port: int) -> bool:
    """Whether the process whose health port this is says that it is ready."""
    return why_not_ready(port) is None


def why_not_ready(port: int) -> str | None:
    """None if the process whose health port this is says that it is ready, else what it answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=ASK_SECONDS):
            return None
    except urllib.error.HTTPError as error:
        with error:
            return f"{error.code} {error.read(ANSWER_BYTES).decode(errors='replace').strip()}"
    except OSError as error:
        return str(getattr(error, "reason", error))


def last_words(logs: Path, name: str, length: int = 200) -> str:
    """The last line that a process logged, cut to `length` characters."""
    file = logs / f"{name}.log"
    lines = file.read_text(errors="replace").splitlines() if file.exists() else []
    return next((line.strip()[-length:] for line in reversed(lines) if line.strip()), "rien dans son journal")
