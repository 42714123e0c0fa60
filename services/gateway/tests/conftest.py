"""One application a test."""

from pathlib import Path

import pytest

from chassis.blobs import BlobStore
from services.gateway.tests.world import World


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> BlobStore:
    """One for all tests: making its folders takes longer than they do."""
    return BlobStore(tmp_path_factory.mktemp("blobs"))


@pytest.fixture
def world(tmp_path: Path, store: BlobStore) -> World:
    return World(tmp_path, store)
