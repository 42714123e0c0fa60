"""One application a test."""

from pathlib import Path

import pytest

from chassis.blobs.files import FileBlobStore
from services.gateway.tests.world import World


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> FileBlobStore:
    """One for all tests: making its folders takes longer than they do."""
    return FileBlobStore(tmp_path_factory.mktemp("blobs"))


@pytest.fixture
def world(tmp_path: Path, store: FileBlobStore) -> World:
    return World(tmp_path, store)
