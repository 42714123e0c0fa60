"""A parser pool as a process of its own, for tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chassis.blobs import BlobStore
from chassis.blobs.files import FileBlobStore
from services.mail.domain.mime.rendition import Rendition
from services.mail.domain.mime.summary import ParseSummary
from services.mail.parser.client import ParserClient
from services.mail.parser.protocol import ParserUnavailable

ROOT = Path(__file__).resolve().parents[4]
START_SECONDS = 20.0
PLANTED = (
    "from chassis import aio\nfrom chassis.logging import configure\nfrom chassis.settings import from_environment\n"
    "from services.mail.parser.server import run_pool\nfrom services.mail.parser.settings import ParserSettings\n"
    "configure('mail-parser')\n"
    "aio.run(run_pool(from_environment(ParserSettings), 'services.mail.tests.parser.planted_worker'))"
)


@dataclass
class RunningPool:
    """A started pool, its blobs and a client."""

    process: subprocess.Popen[bytes]
    store: BlobStore
    socket: str
    client: ParserClient

    @classmethod
    def start(cls, folder: Path, *, planted: bool = False, **settings: str) -> RunningPool:
        """planted: children fail on demand (planted_worker.py). settings: MAIL_PARSER_… without the prefix."""
        path = str(folder / "p.sock")
        store = FileBlobStore(folder / "blobs")
        environment = {
            **os.environ,
            "MAIL_PARSER_SOCKET": path,
            "BLOB_ROOT": str(folder / "blobs"),
            **{f"MAIL_PARSER_{name.upper()}": value for name, value in settings.items()},
        }
        command = ["-c", PLANTED] if planted else ["-m", "services.mail.entrypoints.parser"]
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment)
        running = cls(process, store, path, ParserClient(path, timeout=30.0))
        running.parse(b"Subject: ready\r\n\r\n")
        return running

    @classmethod
    def start_second(cls, running: RunningPool) -> None:
        """Another pool on the same socket; raises when it ends at once, as it should."""
        environment = {
            **os.environ,
            "MAIL_PARSER_SOCKET": running.socket,
            "BLOB_ROOT": str(Path(running.socket).parent),
        }
        command = [sys.executable, "-m", "services.mail.entrypoints.parser"]
        ended = subprocess.run(command, cwd=ROOT, env=environment, timeout=START_SECONDS, check=False)
        if ended.returncode:
            raise ParserUnavailable("the second pool ended")

    def parse(self, data: bytes, trace: bytes = b"") -> ParseSummary:
        return self.client.parse(self.store.put(data).sha256, trace)

    def rendition(self, summary: ParseSummary) -> Rendition:
        return Rendition.model_validate_json(self.store.read(summary.rendition or ""))

    def children(self) -> list[int]:
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, check=False)
        return [int(pid) for pid in found.stdout.split()]

    def peak_kilobytes(self) -> int:
        """The most memory that a child which lives now ever had (VmHWM)."""
        status = [Path(f"/proc/{pid}/status").read_text() for pid in self.children()]
        return max(int(text.partition("VmHWM:")[2].split()[0]) for text in status)

    def close(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait(10)


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Calls `condition` until it is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)
