"""Messages on their way to the blob store from an event loop: the disk is touched in threads only."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from chassis.blobs import Blob, BlobStore, BlobWriter
from services.mail.application.intake import StorageUnavailableError

HELD_BYTES = 131_072
"""What one message may have in RAM. Most are smaller: they cost one trip to a thread in all."""

T = TypeVar("T")


class ThreadedBlobIntake:
    """As many messages are written at once as `executor` has threads."""

    def __init__(self, store: BlobStore, executor: Executor) -> None:
        self._store = store
        self._executor = executor

    def begin(self) -> "IncomingBlob":
        return IncomingBlob(self._store, self._executor)


class IncomingBlob:
    def __init__(self, store: BlobStore, executor: Executor) -> None:
        self._store = store
        self._executor = executor
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._writer: BlobWriter | None = None

    async def write(self, data: bytes) -> None:
        if not data:
            return
        self._held.append(data)
        self._held_bytes += len(data)
        if self._held_bytes > HELD_BYTES:
            await self._in_thread(self._spill)

    async def commit(self) -> Blob:
        return await self._in_thread(self._finish)

    async def discard(self) -> None:
        self._held.clear()
        if self._writer is not None:
            await self._in_thread(self._drop)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """A thread that has begun is waited for even when we are cancelled: it still uses the file."""
        running = asyncio.get_running_loop().run_in_executor(self._executor, work)
        try:
            return await asyncio.shield(running)
        except OSError as error:
            raise StorageUnavailableError("blob store") from error
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise

    def _spill(self) -> None:
        if self._writer is None:
            self._writer = self._store.writer()
            self._writer.__enter__()
        for data in self._held:
            self._writer.write(data)
        self._held.clear()
        self._held_bytes = 0

    def _finish(self) -> Blob:
        self._spill()
        assert self._writer is not None
        blob = self._writer.commit()
        self._drop()
        return blob

    def _drop(self) -> None:
        """Closes the file; without a commit it is removed as well."""
        if self._writer is not None:
            self._writer.__exit__()
            self._writer = None
