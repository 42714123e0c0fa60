"""The browser application is built when its sources changed, and only then."""

from pathlib import Path

import pytest

from deploy.local import npm, web
from deploy.local.failure import Failure


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A web application whose build only makes its folders; `npm` writes what it is asked into asked.txt."""
    for name, value in {"WEB": tmp_path, "BUILT": tmp_path / "dist"}.items():
        monkeypatch.setattr(web, name, value)
    for file in ("package.json", "package-lock.json", "main.ts"):
        (tmp_path / file).write_text("{}")
    return tmp_path


@pytest.fixture
def asked(tree: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    orders: list[str] = []

    def run(_folder: Path, arguments: list[str], _seconds: int) -> None:
        orders.append(arguments[0])
        (tree / ("node_modules" if arguments[0] == "ci" else "dist")).mkdir(exist_ok=True)

    monkeypatch.setattr(npm, "run", run)
    return orders


def test_it_is_built_once_for_the_same_sources(asked: list[str]) -> None:
    assert not web.is_current()
    web.build()
    assert web.is_current()
    assert asked == ["ci", "run"]


def test_a_changed_source_is_built_without_installing_again(tree: Path, asked: list[str]) -> None:
    web.build()
    (tree / "main.ts").write_text("changed")
    assert not web.is_current()
    web.build()
    assert asked == ["ci", "run", "run"]


def test_changed_packages_are_installed_again(tree: Path, asked: list[str]) -> None:
    web.build()
    (tree / "package-lock.json").write_text("changed")
    web.build()
    assert asked == ["ci", "run", "ci", "run"]


def test_an_incomplete_copy_is_told(tree: Path) -> None:
    (tree / "package-lock.json").unlink()
    with pytest.raises(Failure, match="package-lock"):
        web.build()
