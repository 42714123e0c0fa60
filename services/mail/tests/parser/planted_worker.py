"""A worker that fails on demand: what a message says in its subject is what the child does."""

from __future__ import annotations

import base64
import contextlib
import os
import time
from typing import Any

from chassis.blobs import BlobStore
from services.mail.parser import worker
from services.mail.parser.operations import work


def work_or_fail(store: BlobStore, message: dict[str, Any]) -> dict[str, Any]:
    """plant: <what> at <level>[,<level>…] in the trace block decides."""
    trace = base64.b64decode(message["request"].get("trace", "")).decode()
    what, _, levels = trace.strip().removeprefix("Plant: ").partition(" at ")
    if what and message.get("level", "full") in levels.split(","):
        _fail(what)
    return work(store, message)


def _fail(what: str) -> None:
    if what == "sleep":
        time.sleep(600)
    elif what == "spin":
        while True:
            pass
    elif what == "memory":
        hoard = bytearray(4 << 30)
        hoard[0] = 1
    elif what == "exit":
        os._exit(7)
    elif what == "raise":
        raise RuntimeError
    elif what == "garbage":
        for descriptor in range(3, 10):
            with contextlib.suppress(OSError):
                os.write(descriptor, b"nonsense" * 100)


if __name__ == "__main__":
    worker.main(work_or_fail)
