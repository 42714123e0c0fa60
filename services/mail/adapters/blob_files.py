"""Blobs for code whose neighbours must not wait for the store."""

from collections.abc import Callable, Sequence
from typing import Any

from chassis.blobs import BlobStore

Run = Callable[..., Any]
"""`run(function, *arguments)` returns what the function does; under eventlet it is tpool.execute for files, whose calls
block the whole process, and in_place for a bucket, whose sockets are green."""


def in_place(function: Callable[..., Any], *arguments: object) -> Any:
    """The Run of what gives way by itself: threads, and green sockets."""
    return function(*arguments)


class BlobFiles:
    """Implements application.ports.Blobs."""

    def __init__(self, store: BlobStore, run: Run = in_place) -> None:
        self._store = store
        self._run = run

    def read(self, sha256: str, offset: int = 0, length: int = -1) -> bytes:
        octets: bytes = self._run(self._store.read, sha256, offset, length)
        return octets

    def beginnings(self, sha256s: Sequence[str], length: int) -> list[bytes | None]:
        """All in one call of `run`: what it costs to give way is more than what reading one costs."""
        found: list[bytes | None] = self._run(self._beginnings, sha256s, length)
        return found

    def put(self, data: bytes) -> tuple[str, int]:
        blob = self._run(self._store.put, data)
        return blob.sha256, blob.size

    def exists(self, sha256: str) -> bool:
        return bool(self._run(self._store.exists, sha256))

    def _beginnings(self, sha256s: Sequence[str], length: int) -> list[bytes | None]:
        return [self._beginning(sha256, length) for sha256 in sha256s]

    def _beginning(self, sha256: str, length: int) -> bytes | None:
        try:
            return self._store.read(sha256, 0, length)
        except FileNotFoundError:
            return None
