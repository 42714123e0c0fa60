"""Debian packages: which are missing, and their installation where we may. Standard library only."""

from __future__ import annotations

import glob
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.local.failure import Failure

LIST = Path(__file__).with_name("debian-packages.txt")
INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")
UPDATE_SECONDS = 600
INSTALL_SECONDS = 1800


def sections(environment: Mapping[str, str], tests: bool, venv: bool) -> list[str]:
    """What this machine must have: no server whose address is given, `venv` unless Python can make one by itself."""
    wanted = [] if environment.get("AMQP_URL") else ["broker"]
    given = all(environment.get(f"{name}_DATABASE_URL") for name in ("AUTH", "MAIL", "CALENDAR", "CONTACTS"))
    wanted += [] if given else ["database"]
    wanted += ["speech", "letters"]
    wanted += ["browser", "manifests", "mails"] if tests else []
    wanted += ["python"] if venv else []
    return wanted


def missing(wanted: Iterable[str]) -> list[str]:
    """Packages of these sections whose file is not there."""
    listed = _read(LIST)
    return [
        package
        for section in wanted
        for package, proof in listed[section].items()
        if not glob.glob(proof)  # noqa: PTH207
    ]


def install(packages: list[str]) -> None:
    """Install them as root; else stop with the command that does."""
    order = shlex.join([*INSTALL, *packages])
    if shutil.which("apt-get") is None:
        raise Failure(f"Il manque {', '.join(packages)}, et cette machine n'a pas apt-get : installez-les.")
    if os.geteuid() != 0:
        raise Failure(f"Il manque des paquets Debian. Lancez « sudo {order} », puis recommencez.")
    if _run(INSTALL + tuple(packages), INSTALL_SECONDS):
        # Lists that are missing or too old name files that the mirror has no more.
        _run(("apt-get", "update"), UPDATE_SECONDS)
        if said := _run(INSTALL + tuple(packages), INSTALL_SECONDS):
            raise Failure(f"« {order} » a échoué : {said}")


def _run(command: tuple[str, ...], seconds: int) -> str:
    """Empty if it went well, else its last line."""
    done = subprocess.run(
        command,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    if done.returncode == 0:
        return ""
    return next((line for line in reversed(done.stdout.splitlines()) if line.strip()), f"code {done.returncode}")


def _read(file: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            found[line.strip("[]")] = section = {}
        elif line and not line.startswith("#"):
            package, proof = line.split()
            section[package] = proof
    return found
