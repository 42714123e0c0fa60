"""What every blob store does, on files and on S3 alike."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.blobs import SHELF_DIGITS, Blob, BlobTooLargeError
from chassis.blobs.files import FileBlobStore
from chassis.blobs.s3 import S3BlobStore

LARGE = bytes(range(256)) * 20_000
"""More than a writer holds in RAM."""

Store = FileBlobStore | S3BlobStore


@pytest.fixture(params=["files", "s3"])
def store(request: pytest.FixtureRequest) -> Store:
    if request.param == "files":
        return FileBlobStore(request.getfixturevalue("shelves"), fsync=lambda _: None)
    return S3BlobStore(request.getfixturevalue("bucket"), fresh_seconds=0.0)


def names(store: Store, sha256: str) -> list[str]:
    return [blob.sha256 for blob in store.shelf(sha256[:SHELF_DIGITS])]


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_blob_is_named_by_the_digest_of_its_bytes(store: Store) -> None:
    assert store.put(b"bonjour") == Blob(name_of(b"bonjour"), 7)
    with store.writer() as writer:
        writer.write(b"bon")
        writer.write(b"soir")
        assert writer.commit() == Blob(name_of(b"bonsoir"), 7)
    assert store.read(name_of(b"bonsoir")) == b"bonsoir"


def test_a_range_ends_where_the_blob_does(store: Store) -> None:
    sha256 = store.put(b"bonjour").sha256
    assert store.read(sha256, 3, 2) == b"jo"
    assert store.read(sha256, 3) == b"jour"
    assert store.read(sha256, 5, 100) == b"ur"
    assert store.read(sha256, 7, 1) == b""
    assert store.read(sha256, 2, 0) == b""


def test_an_empty_blob_is_one(store: Store) -> None:
    sha256 = store.put(b"").sha256
    assert (store.read(sha256), store.read(sha256, 0, 10), store.size(sha256)) == (b"", b"", 0)


def test_what_does_not_fit_in_ram_is_stored_as_it_came(store: Store) -> None:
    with store.writer(max_bytes=len(LARGE)) as writer:
        for start in range(0, len(LARGE), 300_000):
            writer.write(LARGE[start : start + 300_000])
        blob = writer.commit()
    assert blob == Blob(name_of(LARGE), len(LARGE))
    assert store.size(blob.sha256) == len(LARGE)
    assert store.read(blob.sha256) == LARGE


def test_what_nobody_put_is_missing(store: Store) -> None:
    sha256 = name_of(b"nothing")
    assert not store.exists(sha256)
    for ask in (store.read, store.size):
        with pytest.raises(FileNotFoundError):
            ask(sha256)


def test_too_many_bytes_keep_nothing(store: Store) -> None:
    with pytest.raises(BlobTooLargeError), store.writer(max_bytes=3) as writer:
        writer.write(b"12")
        writer.write(b"34")
    assert not store.exists(name_of(b"1234"))


def test_a_writer_that_is_left_keeps_nothing(store: Store) -> None:
    with store.writer() as writer:
        writer.write(b"half")
    assert not store.exists(name_of(b"half"))
    assert store.sweep(0.0) == 0


def test_the_same_bytes_put_at_once_are_one_blob(store: Store) -> None:
    with ThreadPoolExecutor(8) as threads:
        blobs = set(threads.map(store.put, [LARGE] * 16))
    assert blobs == {Blob(name_of(LARGE), len(LARGE))}
    assert names(store, name_of(LARGE)) == [name_of(LARGE)]
    assert store.read(name_of(LARGE)) == LARGE


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "ab", ""])
def test_only_a_digest_names_a_blob(store: Store, name: str) -> None:
    for ask in (store.read, store.size, store.exists):
        with pytest.raises(ValueError, match="SHA-256"):
            ask(name)


def test_a_shelf_shows_names_sizes_and_ages(store: Store) -> None:
    blob = store.put(b"bonjour")
    (shelved,) = store.shelf(blob.sha256[:SHELF_DIGITS])
    assert (shelved.sha256, shelved.size) == (blob.sha256, 7)
    assert shelved.age < 60
    assert list(store.shelf("000")) == []


def test_a_young_blob_is_not_removed_and_an_old_one_is(store: Store) -> None:
    sha256 = store.put(b"bonjour").sha256
    assert not store.remove(sha256, 60.0)
    assert store.read(sha256) == b"bonjour"
    assert store.remove(sha256, -60.0)
    assert not store.exists(sha256)
    assert not store.remove(sha256, -60.0)


def test_a_removed_blob_can_be_put_again(store: Store) -> None:
    sha256 = store.put(b"bonjour").sha256
    store.remove(sha256, -60.0)
    assert store.put(b"bonjour").sha256 == sha256
    assert store.read(sha256) == b"bonjour"
    assert names(store, sha256) == [sha256]
