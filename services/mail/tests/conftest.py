"""One mail database a module, emptied for each test, and the agent who uses it by JMAP."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.blobs import BlobStore
from chassis.blobs.files import FileBlobStore
from chassis.db import Database
from services.mail.tests.jmap.mailbox_user import MailboxUser
from services.mail.tests.store.empty_database import empty
from services.mail.tests.store.world import World


@pytest.fixture(scope="module")
def mail_url(database_url: Callable[[str], str]) -> str:
    return database_url("mail")


@pytest.fixture(scope="module")
def mail_database(mail_url: str) -> Iterator[Database]:
    database = Database(mail_url, size=12)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture(scope="session")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> BlobStore:
    """Shared by all tests: a blob is its content."""
    root: Path = tmp_path_factory.mktemp("blobs")
    return FileBlobStore(root, fsync=lambda _: None)


@pytest.fixture
def world(mail_database: Database) -> World:
    empty(mail_database)
    return World(mail_database)


@pytest.fixture
def user(world: World, blobs: BlobStore) -> MailboxUser:
    return MailboxUser(world, blobs)
