"""The built web app: read into memory, compressed once, answered in one write."""

import asyncio
import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.site.headers import PAGE

MAX_BYTES = 64_000_000
COMPRESSED_FROM = 600
INDEX = "index.html"
_HASHED = re.compile(r"assets/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+")
_TEXT = re.compile(r"text/|application/(json|javascript|manifest\+json|wasm)|image/svg")
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".map": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
NOT_BUILT = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Messagerie</title></head>
<body><h1>L’application n’est pas installée</h1>
<p>La messagerie fonctionne, mais les pages de l’application n’ont pas été construites sur ce serveur.
Prévenez l’exploitant : le dossier attendu est celui du réglage WEB_ROOT (<code>make web</code> le construit).</p>
</body></html>
"""
NOT_FOUND = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Page introuvable</title></head>
<body><h1>Page introuvable</h1>
<p>Il n’y a rien à cette adresse. <a href="/">Retour à la messagerie</a></p></body></html>
"""


class SiteTooLargeError(Exception):
    """The web app's folder holds more than a web app."""


@dataclass(frozen=True, slots=True)
class File:
    body: bytes
    gzipped: bytes | None
    headers: dict[str, str]


class SiteEndpoint:
    """Serves `root`, read again when its index.html is replaced. The app routes behind "#", so every address is a file
    or is not there."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[str, File] = {}
        self._stamp: tuple[int, int] | None = None
        self._loading = asyncio.Lock()

    async def __call__(self, request: Request) -> Response:
        await self._refresh()
        path = request.path_params["path"] or INDEX
        file = self._files.get(path)
        if file is None:
            return self._absent(path)
        headers = file.headers
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(None, 304, headers)
        if file.gzipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(file.gzipped, 200, headers | {"Content-Encoding": "gzip"})
        return Response(file.body, 200, headers)

    def _absent(self, path: str) -> Response:
        page = PAGE | {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
        if path == INDEX:
            return Response(NOT_BUILT, 503, page)
        return Response(NOT_FOUND, 404, page)

    async def _refresh(self) -> None:
        stamp = self._index_stamp()
        if stamp != self._stamp:
            async with self._loading:
                if stamp != self._stamp:
                    self._files = await asyncio.to_thread(load, self._root) if stamp else {}
                    self._stamp = stamp

    def _index_stamp(self) -> tuple[int, int] | None:
        try:
            status = (self._root / INDEX).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino


def load(root: Path) -> dict[str, File]:
    """Every file below `root` by its relative path. Raises SiteTooLargeError."""
    files: dict[str, File] = {}
    total = 0
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix not in (".gz", ".br"):
            body = path.read_bytes()
            total += len(body)
            if total > MAX_BYTES:
                raise SiteTooLargeError(f"more than {MAX_BYTES} bytes")
            name = path.relative_to(root).as_posix()
            files[name] = _file(name, body)
    return files


def _file(name: str, body: bytes) -> File:
    type_ = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {
        "Content-Type": type_,
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:20]}"',
        "Cache-Control": "public, max-age=31536000, immutable" if _HASHED.fullmatch(name) else "no-cache",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if type_.startswith("text/html"):
        headers |= PAGE
    gzipped = None
    if _TEXT.match(type_) and len(body) >= COMPRESSED_FROM:
        headers["Vary"] = "Accept-Encoding"
        gzipped = gzip.compress(body, 9, mtime=0)
    return File(body, gzipped if gzipped and len(gzipped) < len(body) else None, headers)
