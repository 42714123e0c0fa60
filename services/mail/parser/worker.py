"""A child of the pool: `python -m services.mail.parser.worker`, frames on its standard input and output.

It says {"ready": true}, then answers one frame with one frame until its input ends. It limits its own memory, and its
CPU time request by request, so that it ends even when the pool that should kill it is gone.
"""

from __future__ import annotations

import math
import os
import resource
import signal
from collections.abc import Callable
from typing import Any, BinaryIO

from chassis.blobs import BlobStore
from chassis.blobs.settings import blob_store
from chassis.logging import configure
from chassis.settings import from_environment
from services.mail.parser.operations import work
from services.mail.parser.protocol import LENGTH, decode_body, encode_frame, frame_length
from services.mail.parser.settings import WorkerSettings

Work = Callable[[BlobStore, dict[str, Any]], dict[str, Any]]


def main(work_on: Work = work) -> None:
    """Serves until the pool closes the pipe. work_on: replaced in tests, by one that can hang."""
    configure("mail-parser-child")
    settings = from_environment(WorkerSettings)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit_memory(settings.mail_parser_memory_mb)
    store = blob_store(settings)
    with os.fdopen(os.dup(0), "rb") as requests, replies:
        _send(replies, {"ready": True})
        while (request := _receive(requests)) is not None:
            _limit_cpu(settings.mail_parser_seconds)
            reply = work_on(store, request)
            _send(replies, {**reply, "rss_kb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss})


def _limit_memory(megabytes: int) -> None:
    limit = megabytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_cpu(seconds: float) -> None:
    """The limit counts from the child's start, so it moves with every request."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _send(pipe: BinaryIO, message: dict[str, Any]) -> None:
    pipe.write(encode_frame(message))
    pipe.flush()


def _receive(pipe: BinaryIO) -> dict[str, Any] | None:
    head = pipe.read(LENGTH.size)
    return decode_body(pipe.read(frame_length(head))) if len(head) == LENGTH.size else None


if __name__ == "__main__":
    main()
