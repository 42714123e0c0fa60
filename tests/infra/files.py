"""Folders and settings of one test."""

import shutil
from pathlib import Path

import pytest

from chassis.blobs.files import FileBlobStore
from deploy.local.layout import SETTINGS


@pytest.fixture
def blob_root(tmp_path: Path) -> Path:
    """An empty folder for blobs, the test's own."""
    folder = tmp_path / "blobs"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(scope="session")
def _shelves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shelves")
    FileBlobStore(root)
    return root


@pytest.fixture
def shelves(_shelves: Path) -> Path:
    """The root of an empty file store whose thousands of folders stand already."""
    for path in _shelves.rglob("*"):
        if path.is_file():
            path.unlink()
    return _shelves


@pytest.fixture(scope="session")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the local settings file (WEBMAIL_SETTINGS) for the session."""
    return Path(shutil.copy(SETTINGS, tmp_path_factory.mktemp("settings") / "webmail.toml"))
