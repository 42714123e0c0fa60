"""Clients that others wrote, each with what it needs in a place of its own, made once from hash-pinned lists."""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

from deploy.local import npm
from deploy.local.layout import CHECKOUT, VENV

REQUIREMENTS = CHECKOUT / "requirements"
LOCKED, BUILD_TOOLS = REQUIREMENTS / "interop.txt", REQUIREMENTS / "interop-build.txt"
JAM = Path(__file__).parent / "jam"
SECONDS = 600


def python() -> Path:
    """A Python that has jmapc. One of its requirements (sseclient) comes as source only: it is built here, by tools
    that are pinned too, and nothing is fetched meanwhile."""
    wanted = hashlib.sha256(LOCKED.read_bytes() + BUILD_TOOLS.read_bytes() + sys.version.encode()).hexdigest()
    folder = VENV / f"interop-{wanted[:12]}"
    with LOCKED.open("rb") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            _run(sys.executable, "-m", "venv", "--clear", str(folder))
            _install(folder, BUILD_TOOLS, "--only-binary", ":all:")
            _install(folder, LOCKED, "--only-binary", ":all:", "--no-binary", "sseclient", "--no-build-isolation")
            (folder / "made").touch()
    return folder / "bin" / "python"


def node() -> Path:
    """A Node beside whose scripts in JAM there is jmap-jam."""
    npm.install(JAM)
    return VENV / "bin" / "node"


def _install(folder: Path, listed: Path, *options: str) -> None:
    pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    _run(*pip, "--quiet", "--require-hashes", "--no-deps", "--use-pep517", *options, "-r", str(listed))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
