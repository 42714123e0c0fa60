"""A server that notes whatever is asked of it, and gives one page: the one that frames the hostile ones."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript", ".json": "application/json"}


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A frame that was taken away hangs up."""


class Canary:
    """address: where it listens. Below /page/ it gives the files of a folder, and `documents` as JSON; all else is a
    hit."""

    def __init__(self, folder: Path) -> None:
        self.hits: list[str] = []
        self.documents: dict[str, object] = {}
        canary = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.removeprefix("/page/")
                if name == self.path:
                    canary.hits.append(self.path)
                    self._answer(204, b"", "image/png")
                elif name in canary.documents:
                    self._answer(200, json.dumps(canary.documents[name]).encode(), TYPES[".json"])
                elif (folder / Path(name).name).is_file():
                    self._answer(200, (folder / Path(name).name).read_bytes(), TYPES[Path(name).suffix])
                else:
                    self._answer(404, b"", "text/plain")

            do_POST = do_GET

            def _answer(self, status: int, body: bytes, media_type: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Silent."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def serving(self) -> Iterator[Canary]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join(5)
            self._server.server_close()

    def of(self, *path: str) -> str:
        """The address at which a vector tells it."""
        return "/".join((self.address, *path))

    def told(self, *path: str) -> list[str]:
        """Hits below that address."""
        return [hit for hit in self.hits if hit.startswith("/" + "/".join(path) + "/")]
