from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.blobs import BlobStore
from chassis.db import Database
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.world import World


@pytest.fixture(scope="session")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> BlobStore:
    """Shared by all tests: a blob is its content."""
    root: Path = tmp_path_factory.mktemp("blobs")
    return BlobStore(root, fsync=lambda _: None)


@pytest.fixture
def user(database_url: Callable[[str], str], blobs: BlobStore) -> Iterator[MailboxUser]:
    database = Database(database_url("mail"), size=12)
    try:
        yield MailboxUser(World(database), blobs)
    finally:
        database.close()
