"""The blocking client of the parser pool: plain sockets, so it works in threads and is green under eventlet."""

from __future__ import annotations

import contextlib
import queue
import socket
import time
from typing import Any

from services.mail.domain.mime.summary import ParseSummary
from services.mail.parser.protocol import (
    LENGTH,
    Composed,
    ComposeRequest,
    ParseRequest,
    ParserUnavailable,
    decode_body,
    encode_frame,
    frame_length,
)
from services.mail.parser.replies import is_busy, read_compose_reply, read_parse_reply

RETRY_PAUSE = 0.2


class ParserClient:
    """Asks the pool at `socket_path`; safe to share between threads or green threads.

    connections  sockets open at most; further callers wait for one.
    timeout      seconds for one call, waiting, reconnecting and retrying included.
    """

    def __init__(self, socket_path: str, *, connections: int = 8, timeout: float = 20.0) -> None:
        self._path = socket_path
        self._timeout = timeout
        self._sockets: queue.LifoQueue[socket.socket | None] = queue.LifoQueue()
        for _ in range(connections):
            self._sockets.put(None)

    def parse(self, sha256: str, trace: bytes = b"") -> ParseSummary:
        """Summary of blob `sha256` with `trace` before it. Hostile input gives a poorer `state`, not an error.

        Raises ParserUnavailable: nothing is known of the message, the caller keeps it and asks again.
        """
        return read_parse_reply(self._call(ParseRequest.of(sha256, trace).model_dump()))

    def compose(self, request: ComposeRequest) -> Composed:
        """Builds the message and writes it as a durable blob. Raises ComposeRefused or ParserUnavailable."""
        return read_compose_reply(self._call(request.model_dump()))

    def close(self) -> None:
        """Closes idle connections; calls under way finish."""
        idle: list[socket.socket | None] = []
        with contextlib.suppress(queue.Empty):
            while True:
                idle.append(self._sockets.get_nowait())
        for connection in idle:
            if connection is not None:
                connection.close()
            self._sockets.put(None)

    def _call(self, message: dict[str, Any]) -> dict[str, Any]:
        deadline = time.monotonic() + self._timeout
        frame = encode_frame(message)
        while True:
            try:
                reply = self._once(frame, deadline)
            except OSError as error:
                failure: Exception = error
            else:
                if not is_busy(reply):
                    return reply
                failure = ParserUnavailable("busy")
            if time.monotonic() + RETRY_PAUSE >= deadline:
                raise ParserUnavailable("the parser pool does not answer") from failure
            time.sleep(RETRY_PAUSE)

    def _once(self, frame: bytes, deadline: float) -> dict[str, Any]:
        try:
            connection = self._sockets.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty as error:
            raise ParserUnavailable("every connection to the parser pool is in use") from error
        kept: socket.socket | None = None
        try:
            connection = connection or self._connect(deadline)
            connection.settimeout(max(0.01, deadline - time.monotonic()))
            connection.sendall(frame)
            reply = decode_body(_read(connection, frame_length(_read(connection, LENGTH.size))))
            kept = connection
            return reply
        finally:
            if kept is None and connection is not None:
                connection.close()
            self._sockets.put(kept)

    def _connect(self, deadline: float) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(max(0.01, deadline - time.monotonic()))
            connection.connect(self._path)
        except OSError:
            connection.close()
            raise
        return connection


def _read(connection: socket.socket, wanted: int) -> bytes:
    chunks = []
    while wanted:
        chunk = connection.recv(min(wanted, 1 << 20))
        if not chunk:
            raise ConnectionResetError("the parser pool closed the connection")
        chunks.append(chunk)
        wanted -= len(chunk)
    return b"".join(chunks)
