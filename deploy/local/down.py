"""`make stop` and `make reset` (`python -m deploy.local.down [erase]`)."""

import os
import signal
import sys
import time

from deploy.local.failure import Failure
from deploy.local.hold import held, holder
from deploy.local.layout import RUN_HOME, Layout
from deploy.local.steps import step
from deploy.local.system import end_left_over, erase

STOP_SECONDS = 90.0


def stop(layout: Layout) -> None:
    """Ask the `make run` that holds the system to stop, wait for it, and end what a broken one left."""
    pid = holder(layout.keeper)
    if pid:
        os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    while holder(layout.keeper) is not None:
        if time.monotonic() > end:
            raise Failure(f"Le processus {pid} ne s'arrête pas : lisez {layout.logs}.")
        time.sleep(0.1)
    if layout.home.exists():
        end_left_over(layout)


def main(arguments: list[str]) -> None:
    """Stop; with `erase`, remove every data file too."""
    layout = Layout(RUN_HOME)
    try:
        with step("Arrêt"):
            stop(layout)
        if arguments == ["erase"]:
            with step("Effacement des données"), held(layout.keeper):
                erase(layout)
    except Failure as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main(sys.argv[1:])
