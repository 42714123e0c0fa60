"""/livez (the loop turns), /readyz (own database and broker, never a peer) and /metrics of a process."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple, Self

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.db import Database
from chassis.settings import stop

JSON = "application/json"
READ_SECONDS = 5.0
MAX_REQUEST_LINE = 2_048
MAX_HEADER_LINES = 100

_log = logging.getLogger(__name__)


class Answer(NamedTuple):
    status: int
    content_type: str
    body: bytes


def answer(path: str, checks: dict[str, bool] | None) -> Answer:
    """The answer to GET `path`. `checks` are the results for /readyz, whatever for the others."""
    if path == "/livez":
        return Answer(200, JSON, b"{}")
    if path == "/readyz":
        results = checks or {}
        return Answer(200 if all(results.values()) else 503, JSON, orjson.dumps(results))
    if path == "/metrics":
        return Answer(200, CONTENT_TYPE_LATEST, generate_latest())
    return Answer(404, JSON, b"{}")


class HealthServer:
    """For eventlet and threaded processes. Port 0: off. Under eventlet its thread is green, so that an answer proves
    that the loop turns."""

    def __init__(self, host: str, port: int, *, database: Database | None = None) -> None:
        self._address = (host, port)
        self._checks: dict[str, Callable[[], bool]] = {}
        self._server: ThreadingHTTPServer | None = None
        if database is not None:
            self.add_check("database", database.ready)

    def add_check(self, name: str, check: Callable[[], bool]) -> None:
        """/readyz answers 200 only while every check says True."""
        self._checks[name] = check

    def start(self) -> None:
        """`serve` calls it. Ends the process with one line when the port is taken."""
        if not self._address[1]:
            return
        try:
            self._server = ThreadingHTTPServer(self._address, _handler(self._ready))
        except OSError as error:
            stop(f"health server: port {self._address[1]} of {self._address[0]}: {error.strerror}")
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="health", daemon=True).start()

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

    def _ready(self) -> dict[str, bool]:
        return {name: check() for name, check in self._checks.items()}


def _handler(ready: Callable[[], dict[str, bool]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = READ_SECONDS

        def do_GET(self) -> None:
            status, content_type, body = answer(self.path, ready() if self.path == "/readyz" else None)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            _log.debug("health request")

    return Handler


class AsyncHealthServer:
    """For asyncio processes. Port 0: off. `async with AsyncHealthServer(host, port) as health: …`"""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._checks: dict[str, Callable[[], Awaitable[bool]]] = {}
        self._server: asyncio.Server | None = None

    def add_check(self, name: str, check: Callable[[], Awaitable[bool]]) -> None:
        """/readyz answers 200 only while every check says True."""
        self._checks[name] = check

    async def __aenter__(self) -> Self:
        if self._port:
            try:
                self._server = await asyncio.start_server(self._serve, self._host, self._port, limit=MAX_REQUEST_LINE)
            except OSError as error:
                stop(f"health server: port {self._port} of {self._host}: {error.strerror}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(READ_SECONDS):
                path = await _request_path(reader)
                checks = {name: await check() for name, check in self._checks.items()} if path == "/readyz" else None
                status, content_type, body = answer(path, checks)
                head = f"HTTP/1.1 {status} .\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
                writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
                await writer.drain()
        except (TimeoutError, ConnectionError, ValueError):
            _log.debug("health request given up")
        finally:
            writer.close()


async def _request_path(reader: asyncio.StreamReader) -> str:
    """Path of the request; reads its headers to the end, so that closing does not reset the connection."""
    words = (await reader.readline()).split()
    for _ in range(MAX_HEADER_LINES):
        if not (await reader.readline()).strip():
            break
    return words[1].decode("ascii", "replace") if len(words) > 1 else ""
