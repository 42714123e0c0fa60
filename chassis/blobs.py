"""Content-addressed blobs on a file system that the mail processes and the gateways share.

A blob is named by the SHA-256 of its bytes, so writing the same bytes twice is one blob and a reader can never see
another version. `put` returns only when the bytes, their name and its folders would survive a power cut.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """sha256: lower-case hex; size: bytes."""

    sha256: str
    size: int


class BlobTooLargeError(Exception):
    """More bytes than the caller allowed; nothing was kept."""


class BlobStore:
    """Blobs live at `<root>/<first three digits>/<sha256>`; unfinished ones under `<root>/incoming`.

    All folders are made and synced when the store is first used, so that storing a blob never makes one: two
    processes could not agree on who owes the sync of a folder that both found missing.
    Calls block on the disk: asyncio and eventlet callers run them in a thread.
    """

    def __init__(self, root: Path, fsync: Callable[[int], None] = os.fsync) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._fsync = fsync
        if not self._incoming.is_dir():
            self._make_folders()

    def path(self, sha256: str) -> Path:
        """Where the blob is or would be. Raises ValueError when `sha256` is not one."""
        if not SHA256.fullmatch(sha256):
            raise ValueError("not a SHA-256 in lower-case hex")
        return self._root / sha256[:3] / sha256

    def put(self, data: bytes) -> Blob:
        return self.put_chunks((data,))

    def put_chunks(self, chunks: Iterable[bytes], max_bytes: int | None = None) -> Blob:
        """Stores a stream durably. Raises BlobTooLargeError past `max_bytes`, OSError when the disk refuses."""
        with self.writer(max_bytes) as writer:
            for chunk in chunks:
                writer.write(chunk)
            return writer.commit()

    def writer(self, max_bytes: int | None = None) -> "BlobWriter":
        """For bytes that arrive over time: write, then commit; leaving the block without a commit keeps nothing."""
        return BlobWriter(self, self._incoming / secrets.token_hex(16), max_bytes)

    def open(self, sha256: str) -> BinaryIO:
        """Raises FileNotFoundError when there is no such blob."""
        return self.path(sha256).open("rb")

    def read(self, sha256: str, offset: int = 0, length: int = -1) -> bytes:
        with self.open(sha256) as file:
            file.seek(offset)
            return file.read(length)

    def exists(self, sha256: str) -> bool:
        return self.path(sha256).is_file()

    def adopt(self, unfinished: Path, sha256: str) -> None:
        """Gives a finished, synced file its name, and makes the name durable."""
        final = self.path(sha256)
        unfinished.rename(final)
        self._sync_folder(final.parent)

    def sync(self, descriptor: int) -> None:
        self._fsync(descriptor)

    def _make_folders(self) -> None:
        """`incoming` comes last: where it stands, the others are durable."""
        for number in range(16**3):
            (self._root / f"{number:03x}").mkdir(parents=True, exist_ok=True)
        self._sync_folder(self._root)
        self._incoming.mkdir(exist_ok=True)

    def _sync_folder(self, folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            self._fsync(descriptor)
        finally:
            os.close(descriptor)


class BlobWriter:
    """One blob on its way in."""

    def __init__(self, store: BlobStore, path: Path, max_bytes: int | None) -> None:
        self._store = store
        self._path = path
        self._max_bytes = max_bytes
        self._digest = hashlib.sha256()
        self._size = 0
        self._file = path.open("xb", buffering=0)
        self._committed = False

    def __enter__(self) -> "BlobWriter":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if not self._committed:
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
        """Returns after file, name and folders are synced."""
        self._store.sync(self._file.fileno())
        blob = Blob(self._digest.hexdigest(), self._size)
        self._store.adopt(self._path, blob.sha256)
        self._committed = True
        return blob
