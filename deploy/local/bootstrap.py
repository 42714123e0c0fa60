"""First stage of every command, by the machine's own Python: `python3 -m deploy.local.bootstrap run|test|tools`.

Installs the missing Debian packages and the virtual environment, then becomes the second stage inside it; `tools`
only makes the environment. Standard library only, and no syntax that an older Python could not read.
"""

from __future__ import annotations

import importlib.util
import os
import sys

STAGES = {"run": "deploy.local.up", "test": "deploy.local.check"}
WANTED = (3, 11)


def main(arguments: list[str]) -> None:
    if sys.version_info[:2] != WANTED:
        found = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"Il faut Python 3.11, et « {sys.executable} » est Python {found} : lancez make PYTHON=python3.11.")
    from deploy.local.failure import Failure

    try:
        _prepare(arguments[0])
    except Failure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)
    if arguments[0] in STAGES:
        from deploy.local.venv import PYTHON

        os.execv(PYTHON, [str(PYTHON), "-m", STAGES[arguments[0]], *arguments[1:]])  # noqa: S606 - the very purpose


def _prepare(command: str) -> None:
    from deploy.local import packages, venv
    from deploy.local.steps import step

    bare = importlib.util.find_spec("ensurepip") is None
    wanted = packages.sections(os.environ, tests=command == "test", venv=bare) if command in STAGES else []
    absent = packages.missing(wanted)
    if absent:
        with step(f"Paquets Debian : {' '.join(absent)}"):
            packages.install(absent)
    if not venv.is_current():
        with step("Environnement Python"):
            venv.bring_up_to_date()


if __name__ == "__main__":
    main(sys.argv[1:])
