"""Which Debian packages are asked for, and what is said where they cannot be installed."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import packages
from deploy.local.failure import Failure

DATABASES = {f"{name}_DATABASE_URL": "postgresql://given" for name in ("AUTH", "MAIL", "CALENDAR", "CONTACTS")}


@pytest.mark.parametrize(
    ("environment", "tests", "venv", "wanted"),
    [
        ({}, False, False, ["broker", "database", "speech", "letters"]),
        ({}, True, True, ["broker", "database", "speech", "letters", "browser", "manifests", "mails", "python"]),
        ({"AMQP_URL": "amqp://given"}, False, False, ["database", "speech", "letters"]),
        ({"MAIL_DATABASE_URL": "postgresql://given"}, False, False, ["broker", "database", "speech", "letters"]),
        ({"AMQP_URL": "amqp://given"} | DATABASES, False, False, ["speech", "letters"]),
    ],
)
def test_a_server_whose_address_is_given_is_not_installed(
    environment: dict[str, str], tests: bool, venv: bool, wanted: list[str]
) -> None:
    assert packages.sections(environment, tests, venv) == wanted


def test_only_what_has_no_file_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "15" / "bin").mkdir(parents=True)
    (tmp_path / "15" / "bin" / "initdb").touch()
    listed = tmp_path / "list.txt"
    listed.write_text(
        f"# said\n[a]\npresent {tmp_path}/*/bin/initdb\nabsent {tmp_path}/nothing\n\n[b]\nother /nowhere\n"
    )
    monkeypatch.setattr(packages, "LIST", listed)
    assert packages.missing(["a"]) == ["absent"]
    assert packages.missing(["a", "b"]) == ["absent", "other"]


def test_without_root_the_exact_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda _name: "/usr/bin/apt-get")
    with pytest.raises(Failure, match="sudo apt-get install -y --no-install-recommends rabbitmq-server postgresql"):
        packages.install(["rabbitmq-server", "postgresql"])


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts a program in the place of apt-get; what it was asked is in the file that is returned."""

    def put(script: str) -> Path:
        asked = tmp_path / "asked"
        program = tmp_path / "apt-get"
        program.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n{script}\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        monkeypatch.setattr("os.geteuid", lambda: 0)
        assert subprocess.run(["sh", "-c", "command -v apt-get"], capture_output=True, check=True).stdout
        return asked

    return put


def test_stale_package_lists_are_brought_up_to_date(apt: Callable[[str], Path], tmp_path: Path) -> None:
    asked = apt(f'[ "$1" = update ] && touch {tmp_path}/fresh; [ -e {tmp_path}/fresh ]')
    packages.install(["one"])
    assert [line.split()[0] for line in asked.read_text().splitlines()] == ["install", "update", "install"]


def test_what_apt_says_last_is_told(apt: Callable[[str], Path]) -> None:
    apt("echo first; echo E: no space left; exit 100")
    with pytest.raises(Failure, match="E: no space left"):
        packages.install(["one"])
