"""What only files have: syncs, leftovers, and names that a remover may free at any moment."""

import os
import time
from pathlib import Path

import pytest

from chassis.blobs.files import FileBlobStore

DAY = 86_400


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def grow_old(path: Path) -> None:
    os.utime(path, (time.time() - DAY, time.time() - DAY))


def test_file_and_folder_are_synced_before_put_returns(shelves: Path) -> None:
    synced: list[str] = []

    def record(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        os.fsync(descriptor)

    store = FileBlobStore(shelves, record)
    synced.clear()
    path = store.path(store.put(b"x").sha256)
    assert Path(synced[0]).parent.name == "incoming"
    assert synced[1:] == [str(path.parent)]
    synced.clear()
    store.put(b"x")
    assert synced == [str(path), str(path.parent)]  # whoever was there first may not have come to that


def test_a_disk_that_refuses_leaves_nothing_behind(shelves: Path) -> None:
    def refuse(_: int) -> None:
        raise OSError(5, "I/O error")

    store = FileBlobStore(shelves, refuse)
    with pytest.raises(OSError, match="I/O error"):
        store.put(b"x")
    assert files(shelves) == []


def test_a_put_makes_the_blob_that_is_there_young(shelves: Path) -> None:
    store = FileBlobStore(shelves)
    path = store.path(store.put(b"x").sha256)
    grow_old(path)
    store.put(b"x")
    assert time.time() - path.stat().st_mtime < 60
    grow_old(path)
    with store.writer() as writer:
        writer.write(b"x")
        writer.commit()
    assert time.time() - path.stat().st_mtime < 60
    assert files(shelves) == [path]


def test_a_blob_that_is_removed_while_it_is_put_is_put_again(shelves: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The remover comes between the look at the name and the lock of its file."""
    store = FileBlobStore(shelves)
    sha256 = store.put(b"x").sha256
    opened = os.open

    def open_then_remove(path: str | Path, flags: int, *more: int) -> int:
        descriptor = opened(path, flags, *more)
        if Path(path).name == sha256:
            Path(path).unlink()
        return descriptor

    monkeypatch.setattr(os, "open", open_then_remove)
    store.put(b"x")
    monkeypatch.undo()
    assert store.read(sha256) == b"x"


def test_leftovers_of_processes_that_were_killed_are_swept_once_they_are_old(shelves: Path) -> None:
    store = FileBlobStore(shelves)
    abandoned, active = store.writer(), store.writer()
    with abandoned, active:
        old, young = sorted(files(shelves), key=lambda path: path.stat().st_ino)
        grow_old(old)
        assert store.sweep(DAY / 2) == 1
        assert files(shelves) == [young]
        with pytest.raises(FileNotFoundError):
            abandoned.commit()
        assert active.commit().size == 0
