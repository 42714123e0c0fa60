"""Conversations as they stand on the wire, and a listener to hold them with.

C: what the client sends, with CRLF        C| the same without, Python escapes understood
S: what it must read, `*` standing for anything
"""

import asyncio
import concurrent.futures
import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path

from chassis.blobs.files import FileBlobStore
from services.mail.adapters.incoming_blob import ThreadedBlobIntake
from services.mail.application.accept_message import AcceptMessage
from services.mail.application.intake import Recipient, SpooledMessage, Standing, StorageUnavailableError
from services.mail.smtp.bounds import Bounds
from services.mail.smtp.listener import Listener

SECONDS = 10.0
JEAN = Recipient("jean@ac.example", "a1")
MARIE = Recipient("marie@ac.example", "a2")
POSTMASTER = Recipient("postmaster@ac.example", None)


class Book:
    """Who is who, without a database."""

    standings: dict[str, tuple[Standing, Recipient | None]] = {
        "jean@ac.example": (Standing.KNOWN, JEAN),
        "marie@ac.example": (Standing.KNOWN, MARIE),
        "postmaster": (Standing.KNOWN, POSTMASTER),
        "parti@ac.example": (Standing.CLOSED, None),
        "pleine@ac.example": (Standing.FULL, None),
        "nouveau@ac.example": (Standing.NOT_TOLD_YET, None),
        "ami@dehors.example": (Standing.KNOWN, Recipient("ami@dehors.example", "b1")),
        "occupe@dehors.example": (Standing.NOT_TOLD_YET, None),
        "absent@dehors.example": (Standing.UNKNOWN, None),
        "inconnu@ac.example": (Standing.UNKNOWN, None),
    }

    async def standing(self, address: str) -> tuple[Standing, Recipient | None]:
        if address == "panne@ac.example":
            raise StorageUnavailableError("directory")
        if address == "faute@ac.example":
            raise RuntimeError("a secret that no client may read")
        return self.standings.get(address, (Standing.NOT_OURS, None))


class Spool:
    """Keeps what was accepted; `fail` and `hold` stand for a database in trouble."""

    def __init__(self) -> None:
        self.messages: list[SpooledMessage] = []
        self.fail = False
        self.begun = threading.Event()
        self.hold: threading.Event | None = None

    async def add(self, message: SpooledMessage) -> None:
        self.begun.set()
        if self.hold is not None:
            await asyncio.to_thread(self.hold.wait, SECONDS)
        if self.fail:
            raise StorageUnavailableError("spool")
        self.messages.append(message)


class Disk:
    """fsync that can be told to fail."""

    def __init__(self) -> None:
        self.full = False

    def fsync(self, _: int) -> None:
        if self.full:
            raise OSError(28, "No space left on device")


class Post:
    """A listener that runs in a thread of the test, and what it took."""

    def __init__(self, port: int, spool: Spool, blobs: FileBlobStore, disk: Disk, listener: Listener) -> None:
        self.port = port
        self.spool = spool
        self.blobs = blobs
        self.disk = disk
        self.listener = listener

    @property
    def originals(self) -> list[bytes]:
        return [self.blobs.read(message.blob.sha256) for message in self.spool.messages]

    def connect(self) -> "Wire":
        return Wire(socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS))

    def talk(self, script: str) -> None:
        with self.connect() as wire:
            wire.talk(script)


class Wire:
    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._file = connection.makefile("rb")

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.connection.close()

    def talk(self, script: str) -> None:
        for line in filter(None, map(str.strip, script.splitlines())):
            kind, text = line[:2], line[3:]
            if kind == "C:":
                self.send(text.encode() + b"\r\n")
            elif kind == "C|":
                self.send(text.encode("latin-1").decode("unicode_escape").encode("latin-1"))
            elif kind == "S:":
                self.expect(text)
            else:
                raise AssertionError(f"not a line of a script: {line!r}")

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def expect(self, pattern: str) -> str:
        line = self._file.readline().decode()
        assert fnmatchcase(line.removesuffix("\r\n"), pattern), f"expected {pattern!r}, read {line!r}"
        return line

    def expect_end(self) -> None:
        assert self._file.readline() == b""


@contextlib.contextmanager
def post_office(folder: Path, bounds: Bounds | None = None) -> Iterator[Post]:
    spool, disk = Spool(), Disk()
    blobs = FileBlobStore(folder, disk.fsync)
    threads = ThreadPoolExecutor(4)
    listener = Listener(
        host_name="mx.ac.example",
        addresses=Book(),
        blobs=ThreadedBlobIntake(blobs, threads),
        accept=AcceptMessage(spool, "mx.ac.example").accept,
        bounds=bounds or Bounds(),
    )
    stage = _Stage(listener)
    thread = threading.Thread(target=lambda: asyncio.run(stage.run()))
    thread.start()
    try:
        yield Post(stage.port.result(SECONDS), spool, blobs, disk, listener)
    finally:
        stage.stop()
        thread.join(SECONDS)
        threads.shutdown()
        assert not thread.is_alive()


class _Stage:
    """A listener in the loop of a thread."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.port: concurrent.futures.Future[int] = concurrent.futures.Future()

    async def run(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        serving = asyncio.create_task(self._listener.serve("127.0.0.1", 0, self.port.set_result))
        await self._end.wait()
        serving.cancel()
        await asyncio.wait([serving])

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
