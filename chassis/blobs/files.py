"""Blobs as files, on a file system that all processes share (with hard links and flock: ext4, XFS, CephFS, NFS 4).

`commit` returns only when the bytes, their name and its folder would survive a power cut.

Names never move from one file to another: `commit` links its file under a name that is free, and only `remove` frees
one, under an exclusive lock of the file that has it. Who finds the name taken makes that file young under a shared lock
of it, and looks whether it still has its name. So either the remover sees a young file and leaves it, or the writer
sees that it is gone and links its own.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from chassis.blobs import SHELF_DIGITS, SHELVES, Blob, BlobStore, BlobTooLargeError, ShelvedBlob
from chassis.blobs.names import checked

LOCK_TRIES = 500
LOCK_PAUSE = 0.01
"""A remover holds a lock for as long as an unlink takes; one that is stopped in the middle costs an error, no hang."""


class FileBlobStore(BlobStore):
    """Blobs live at `<root>/<first three digits>/<sha256>`; unfinished ones under `<root>/incoming`.

    All folders are made and synced when the store is first used, so that storing a blob never makes one: two
    processes could not agree on who owes the sync of a folder that both found missing.
    """

    def __init__(self, root: Path, fsync: Callable[[int], None] = os.fsync) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._fsync = fsync
        if not self._incoming.is_dir():
            self._make_folders()

    def path(self, sha256: str) -> Path:
        """Where the blob is or would be."""
        return self._root / checked(sha256)[:SHELF_DIGITS] / sha256

    def put(self, data: bytes) -> Blob:
        blob = Blob(hashlib.sha256(data).hexdigest(), len(data))
        if not self.refresh(blob.sha256):
            with self.writer() as writer:
                writer.write(data)
                return writer.commit()
        return blob

    def writer(self, max_bytes: int | None = None) -> "FileBlobWriter":
        return FileBlobWriter(self, self._incoming / secrets.token_hex(16), max_bytes)

    def read(self, sha256: str, offset: int = 0, length: int = -1) -> bytes:
        with self.path(sha256).open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def size(self, sha256: str) -> int:
        return self.path(sha256).stat().st_size

    def exists(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def refresh(self, sha256: str) -> bool:
        """Makes the blob young, durably, where there is one."""
        path = self.path(sha256)
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            _lock(descriptor, fcntl.LOCK_SH)
            if not _has_name(descriptor, path):
                return False
            os.utime(descriptor)
            self._fsync(descriptor)
        finally:
            os.close(descriptor)
        self._sync_folder(path.parent)  # whoever linked it may not have come to that yet
        return True

    def adopt(self, unfinished: Path, sha256: str) -> None:
        """Gives a finished, synced file its name, and makes the name durable; or makes the one young that has it."""
        final = self.path(sha256)
        os.utime(unfinished)
        for _ in range(LOCK_TRIES):
            if self.refresh(sha256):
                return
            with contextlib.suppress(FileExistsError):
                final.hardlink_to(unfinished)
                self._sync_folder(final.parent)
                return
        raise OSError("a blob comes and goes")

    def sync(self, descriptor: int) -> None:
        self._fsync(descriptor)

    def shelf(self, prefix: str) -> Iterator[ShelvedBlob]:
        now = time.time()
        with os.scandir(self._root / prefix) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    yield ShelvedBlob(entry.name, status.st_size, now - status.st_mtime)

    def remove(self, sha256: str, age: float) -> bool:
        path = self.path(sha256)
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not _has_name(descriptor, path) or _age(descriptor) < age:
                return False
            path.unlink()
        except BlockingIOError:
            return False  # somebody is putting it
        finally:
            os.close(descriptor)
        return True

    def sweep(self, age: float) -> int:
        now, removed = time.time(), 0
        with os.scandir(self._incoming) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    if now - entry.stat(follow_symlinks=False).st_mtime >= age:
                        Path(entry.path).unlink()
                        removed += 1
        return removed

    def _make_folders(self) -> None:
        """`incoming` comes last: where it stands, the others are durable."""
        for number in range(SHELVES):
            (self._root / f"{number:0{SHELF_DIGITS}x}").mkdir(parents=True, exist_ok=True)
        self._sync_folder(self._root)
        self._incoming.mkdir(exist_ok=True)

    def _sync_folder(self, folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._fsync(descriptor)
        finally:
            os.close(descriptor)


class FileBlobWriter:
    """Implements BlobWriter."""

    def __init__(self, store: FileBlobStore, path: Path, max_bytes: int | None) -> None:
        self._store = store
        self._path = path
        self._max_bytes = max_bytes
        self._digest = hashlib.sha256()
        self._size = 0
        self._file = path.open("xb", buffering=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._max_bytes is not None and self._size > self._max_bytes:
            raise BlobTooLargeError
        self._digest.update(chunk)
        view = memoryview(chunk)
        while view:
            view = view[self._file.write(view) :]

    def commit(self) -> Blob:
        self._store.sync(self._file.fileno())
        blob = Blob(self._digest.hexdigest(), self._size)
        self._store.adopt(self._path, blob.sha256)
        return blob


def _lock(descriptor: int, kind: int) -> None:
    for _ in range(LOCK_TRIES):
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOCK_PAUSE)
        else:
            return
    raise OSError("a blob stays locked")


def _has_name(descriptor: int, path: Path) -> bool:
    """Whether the open file is the one of that name."""
    try:
        named = path.stat()
    except FileNotFoundError:
        return False
    opened = os.fstat(descriptor)
    return (opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino)


def _age(descriptor: int) -> float:
    return time.time() - os.fstat(descriptor).st_mtime
