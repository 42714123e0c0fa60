"""Second stage of `make test`: builds the web app, runs every test, and leaves nothing behind however that ends.

The tests' servers and files stand in .test, and temporary files in one folder of the system's; both go.
"""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import FrameType

import psutil

from deploy.local import processes, web
from deploy.local.failure import Failure
from deploy.local.layout import CHECKOUT
from deploy.local.programs import MARKER
from deploy.local.steps import step
from deploy.local.system import erase_all

STOP_SECONDS = 90.0


def main(arguments: list[str]) -> None:
    """Ends as pytest ends."""
    home = CHECKOUT / ".test" / secrets.token_hex(4)
    temporary = Path(tempfile.mkdtemp(prefix="wm-"))
    try:
        if not web.is_current():
            with step("Application web"):
                web.build()
        with step("Tests de l'application web"):
            web.test()
        code = _pytest(
            ["--hypothesis-profile=gate", *arguments],
            {
                "WEBMAIL_TEST_HOME": str(home),
                "TMPDIR": str(temporary),
                "HYPOTHESIS_STORAGE_DIRECTORY": str(temporary / "hypothesis"),
            },
        )
    except Failure as failure:
        sys.exit(str(failure))
    finally:
        _end(home)
        shutil.rmtree(temporary, ignore_errors=True)
    sys.exit(code)


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    process = subprocess.Popen([sys.executable, "-m", "pytest", *arguments], cwd=CHECKOUT, env=os.environ | environment)

    def forward(number: int, _frame: FrameType | None) -> None:
        # pytest tears its fixtures down on SIGINT only.
        process.send_signal(signal.SIGINT)
        signal.signal(number, signal.SIG_IGN)

    signal.signal(signal.SIGTERM, forward)
    # The terminal sends it to pytest too.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return process.wait()


def _end(home: Path) -> None:
    """After a session that ended by itself there is nothing left to do here."""
    folder = f"{home}{os.sep}"
    left = [process for process in psutil.process_iter() if _home_of(process).startswith(folder)]
    psutil.wait_procs(left, timeout=STOP_SECONDS)
    processes.end(left)
    if home.is_dir():
        erase_all(home)
    if home.parent.is_dir() and not any(home.parent.iterdir()):
        home.parent.rmdir()


def _home_of(process: psutil.Process) -> str:
    try:
        return process.environ().get(MARKER, "")
    except (psutil.Error, OSError):
        return ""


if __name__ == "__main__":
    main(sys.argv[1:])
