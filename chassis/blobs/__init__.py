"""Content-addressed blobs that the mail processes and the gateways share: one port, on files or on S3.

A blob is named by the SHA-256 of its bytes, so writing the same bytes twice is one blob and a reader can never see
another version. What is put is durable before `put` or `commit` returns.

Who puts a blob has an hour to commit a row that refers to it: the collector (docs/adr/0051) takes what nothing refers
to and nobody put for longer. A put that finds the bytes there makes them young again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class Blob:
    """sha256: lower-case hex; size: bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class ShelvedBlob:
    """As a collector sees it. age: seconds since the bytes were put last, by the store's own clock."""

    sha256: str
    size: int
    age: float


class BlobTooLargeError(Exception):
    """More bytes than the caller allowed; nothing was kept."""


class BlobWriter(Protocol):
    """One blob on its way in: write, then commit. Leaving the block without a commit keeps nothing."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def write(self, chunk: bytes) -> None:
        """Raises BlobTooLargeError past the writer's limit, OSError when the store refuses."""
        ...

    def commit(self) -> Blob:
        """Returns once the bytes and their name are durable. Raises OSError; then they are not, or not known to be."""
        ...


class BlobStore(Protocol):
    """Calls block: asyncio callers run them in a thread. OSError is raised where the store does not answer or refuses,
    ValueError for what is not a SHA-256."""

    def put(self, data: bytes) -> Blob:
        """Stores durably."""
        ...

    def writer(self, max_bytes: int | None = None) -> BlobWriter:
        """For bytes that arrive over time."""
        ...

    def read(self, sha256: str, offset: int = 0, length: int = -1) -> bytes:
        """At most `length` bytes from `offset` on (-1: all), fewer where the blob ends. Raises FileNotFoundError."""
        ...

    def size(self, sha256: str) -> int:
        """Raises FileNotFoundError."""
        ...

    def exists(self, sha256: str) -> bool: ...


class BlobShelves(Protocol):
    """What a collector needs of a store. Shelves part the blobs by the first SHELF_DIGITS digits of their names."""

    def shelf(self, prefix: str) -> Iterator[ShelvedBlob]:
        """In no order."""
        ...

    def remove(self, sha256: str, age: float) -> bool:
        """Removes the blob unless it was put within the last `age` seconds; False when it was, or is gone already. No
        put at this very moment loses its bytes by it."""
        ...

    def sweep(self, age: float) -> int:
        """Removes what writers left that ended before their commit, `age` seconds ago or more; how many there were."""
        ...


SHELF_DIGITS = 3
SHELVES: int = 16**SHELF_DIGITS
