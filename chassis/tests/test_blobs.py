import hashlib
import os
from pathlib import Path

import pytest

from chassis.blobs import Blob, BlobStore, BlobTooLargeError


def test_a_blob_is_named_by_the_digest_of_its_bytes(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    blob = store.put_chunks([b"bon", b"jour"])
    assert blob == Blob(hashlib.sha256(b"bonjour").hexdigest(), 7)
    assert store.read(blob.sha256) == b"bonjour"
    assert store.read(blob.sha256, 3, 2) == b"jo"


def test_file_and_folder_are_synced_before_put_returns(tmp_path: Path) -> None:
    synced: list[str] = []

    def record(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        os.fsync(descriptor)

    store = BlobStore(tmp_path, record)
    synced.clear()
    blob = store.put(b"x")
    assert Path(synced[0]).parent.name == "incoming"
    assert synced[1:] == [str(store.path(blob.sha256).parent)]


def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    BlobStore(tmp_path)

    def refuse(_: int) -> None:
        raise OSError(5, "I/O error")

    store = BlobStore(tmp_path, refuse)
    with pytest.raises(OSError, match="I/O error"):
        store.put(b"x")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_too_many_bytes_keep_nothing(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    with pytest.raises(BlobTooLargeError):
        store.put_chunks([b"12", b"34"], max_bytes=3)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "ab", ""])
def test_only_a_digest_names_a_blob(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        BlobStore(tmp_path).path(name)
