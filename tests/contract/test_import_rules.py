"""Each import rule of pyproject.toml catches a violation that is planted in a copy of the tree."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.local.layout import CHECKOUT

PACKAGES = ("chassis", "contracts", "deploy", "services", "tests")
PLANTED = {
    "Services know nothing of each other": ("services/auth/domain/planted.py", "import services.calendar.settings"),
    "Contracts import pydantic only": ("contracts/planted.py", "import orjson"),
    "Domains import no framework": ("services/mail/domain/planted.py", "import aiosmtpd"),
    "nameko, kombu and eventlet": ("services/mail/application/planted.py", "import kombu"),
    "In a service": ("services/calendar/domain/planted.py", "import services.calendar.entrypoints.rpc"),
    "The chassis and the contracts": ("chassis/planted.py", "import services.auth.settings"),
}


def _lint(tree: Path) -> dict[str, bool]:
    """Whether each rule, by name, is kept in this tree."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=tree,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tree), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return {line.rsplit(" ", 1)[0]: line.endswith("KEPT") for line in lines if line.endswith((" KEPT", " BROKEN"))}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bool]:
    tree = tmp_path_factory.mktemp("tree")
    shutil.copy(CHECKOUT / "pyproject.toml", tree)
    for package in PACKAGES:
        for file in (CHECKOUT / package).rglob("*.py"):
            if "node_modules" not in file.parts:
                copy = tree / file.relative_to(CHECKOUT)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, copy)
    for place, line in PLANTED.values():
        (tree / place).write_text(line + "\n")
    return _lint(tree)


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_violation_is_caught(verdicts: Mapping[str, bool], rule: str) -> None:
    assert [kept for name, kept in verdicts.items() if name.startswith(rule)] == [False]


def test_every_rule_has_a_planted_violation(verdicts: Mapping[str, bool]) -> None:
    assert len(verdicts) == len(PLANTED)
