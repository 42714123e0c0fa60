"""The pool's Unix socket."""

from __future__ import annotations

import asyncio
import logging
import socket
from pathlib import Path

from chassis.blobs.settings import blob_store
from chassis.health import AsyncHealthServer
from chassis.settings import stop
from services.mail.parser.ladder import Ladder
from services.mail.parser.pool import Pool, PoolLimits
from services.mail.parser.protocol import LENGTH, FrameError, decode_body, encode_frame, frame_length
from services.mail.parser.settings import ParserSettings

WORKER = "services.mail.parser.worker"
BODY_SECONDS = 30.0
STORE_SECONDS = 15.0
"""What a bucket may take on top: a call that is just answered and one that fails, which is no fault of the message. The
CPU time of a child stays bounded by the seconds alone."""

_log = logging.getLogger(__name__)


async def run_pool(settings: ParserSettings, worker: str = WORKER) -> None:
    """Serves until cancelled. worker: the module that children run."""
    limits = PoolLimits(
        children=settings.mail_parser_children,
        waiting=settings.mail_parser_queue,
        recycle=settings.mail_parser_recycle,
        seconds=settings.mail_parser_seconds + (STORE_SECONDS if settings.s3 else 0.0),
    )
    store = await asyncio.to_thread(blob_store, settings)
    async with (
        AsyncHealthServer(settings.health_host, settings.health_port) as health,
        Pool(worker, _environment(settings), limits) as pool,
    ):
        health.add_check("children", pool.ready)
        connections = _Connections(Ladder(pool, store))
        server = await asyncio.start_unix_server(connections.accept, sock=_bind(settings.mail_parser_socket))
        _log.info("parser pool listens", extra={"children": limits.children})
        try:
            async with server:
                await server.serve_forever()
        finally:
            await connections.close()
            await asyncio.to_thread(settings.mail_parser_socket.unlink, missing_ok=True)


def _environment(settings: ParserSettings) -> dict[str, str]:
    return {
        **settings.variables(),
        "MAIL_PARSER_SECONDS": str(settings.mail_parser_seconds),
        "MAIL_PARSER_MEMORY_MB": str(settings.mail_parser_memory_mb),
    }


def _bind(path: Path) -> socket.socket:
    """Takes the place of a socket that nobody answers on; ends the process when somebody does."""
    bound = socket.socket(socket.AF_UNIX)
    try:
        if path.exists():
            _refuse_if_served(path)
            path.unlink()
        bound.bind(str(path))
        path.chmod(0o600)
    except OSError as error:
        bound.close()
        stop(f"setting MAIL_PARSER_SOCKET: {error.strerror or error}")
    return bound


def _refuse_if_served(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return
    stop(f"setting MAIL_PARSER_SOCKET: {path.name} is served by another process")


class _Connections:
    """One task per connection, which answers its requests in order."""

    def __init__(self, ladder: Ladder) -> None:
        self._ladder = ladder
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                length = frame_length(await reader.readexactly(LENGTH.size))
                async with asyncio.timeout(BODY_SECONDS):
                    body = await reader.readexactly(length)
                writer.write(encode_frame(await self._ladder.answer(decode_body(body))))
                await writer.drain()
        except asyncio.IncompleteReadError as error:
            if error.partial:
                _log.info("connection ended within a frame")
        except (FrameError, ConnectionError, TimeoutError) as error:
            _log.warning("connection given up", exc_info=error)
        finally:
            writer.close()
