"""npm, with the Node of the virtual environment: packages are what their lock file says, and no script of theirs
runs."""

import fcntl
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from deploy.local.failure import Failure
from deploy.local.layout import CHECKOUT, VENV

# No questions, no news, and nothing written outside the checkout.
QUIET = {"CI": "1", "NO_UPDATE_NOTIFIER": "1", "NODE_DISABLE_COMPILE_CACHE": "1"}
INSTALL_SECONDS = 900


def environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{VENV / 'bin'}:{os.environ['PATH']}", **QUIET}


def install(folder: Path) -> None:
    """The locked packages, unless they are there already. Two callers wait for each other."""
    lock = folder / "package-lock.json"
    if not lock.exists():
        raise Failure(f"{lock} manque : la copie du dépôt n'est pas complète.")
    with lock.open("rb") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        wanted = hashlib.sha256((folder / "package.json").read_bytes() + lock.read_bytes()).hexdigest()
        stamp = folder / "node_modules" / ".made-of"
        if stamp.exists() and stamp.read_text() == wanted:
            return
        run(folder, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], INSTALL_SECONDS)
        if not stamp.parent.is_dir():
            raise Failure(f"npm n'a pas fait {stamp.parent.relative_to(CHECKOUT)}.")
        stamp.write_text(wanted)


def run(folder: Path, arguments: list[str], seconds: int) -> None:
    """Raises Failure, after showing the end of what npm said."""
    with subprocess.Popen(
        ["npm", *arguments],
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # npm leaves what it started behind when it is killed alone.
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=seconds)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        sys.stderr.write("\n" + said[-4000:])
        where = folder.relative_to(CHECKOUT)
        raise Failure(f"« npm {' '.join(arguments[:2])} » a échoué dans {where} (voir ci-dessus).")
