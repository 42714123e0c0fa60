"""Blob files for code whose neighbours must not wait for the disk."""

from collections.abc import Callable
from typing import Any

from chassis.blobs import BlobStore

Run = Callable[..., Any]
"""`run(function, *arguments)` returns what the function does; under eventlet it is tpool.execute."""


def in_place(function: Callable[..., Any], *arguments: object) -> Any:
    """The Run of processes that have threads."""
    return function(*arguments)


class BlobFiles:
    """Implements application.ports.Blobs."""

    def __init__(self, store: BlobStore, run: Run = in_place) -> None:
        self._store = store
        self._run = run

    def read(self, sha256: str, offset: int = 0, length: int = -1) -> bytes:
        octets: bytes = self._run(self._store.read, sha256, offset, length)
        return octets

    def put(self, data: bytes) -> tuple[str, int]:
        blob = self._run(self._store.put, data)
        return blob.sha256, blob.size

    def exists(self, sha256: str) -> bool:
        return bool(self._run(self._store.exists, sha256))
