"""Folders and settings of one test."""

import shutil
from pathlib import Path

import pytest

from deploy.local.layout import SETTINGS


@pytest.fixture
def blob_root(tmp_path: Path) -> Path:
    """An empty folder for blobs, the test's own."""
    folder = tmp_path / "blobs"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(scope="session")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the local settings file (WEBMAIL_SETTINGS) for the session."""
    return Path(shutil.copy(SETTINGS, tmp_path_factory.mktemp("settings") / "webmail.toml"))
