"""Download (RFC 8620 §6.2): the bytes come straight from the store once mail has said where, and that they may."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.blobs import BlobStore
from contracts.errors import ErrorCode, ServiceError
from contracts.mail import BlobLocation, BlobRequest, BlobSegment, MailApi
from services.gateway.blobs import ranges
from services.gateway.blobs.decoding import decoder
from services.gateway.blobs.presentation import SANDBOX, content_type, disposition
from services.gateway.blobs.threads import DiskThreads
from services.gateway.caller import Caller
from services.gateway.identity.authenticator import Authenticator
from services.gateway.limits import Limits
from services.gateway.problems import ProblemError

LOCATE_SECONDS = 8.0
READ_BYTES = 262_144
MAX_BLOB_ID = 255
KEEP = "private, immutable, max-age=31536000"
LEAVE_NOTHING = "no-store"


class DownloadEndpoint:
    def __init__(
        self, authenticator: Authenticator, client: Caller, store: BlobStore, threads: DiskThreads, limits: Limits
    ) -> None:
        self._authenticator = authenticator
        self._client = client
        self._reader = SegmentReader(store, threads)
        self._limits = limits

    async def __call__(self, request: Request) -> Response:
        principal = await self._authenticator(request)
        account_id, blob_id = request.path_params["account_id"], request.path_params["blob_id"]
        if account_id != principal.account_id or len(blob_id) > MAX_BLOB_ID:
            raise ProblemError("not-found")
        location = await self._client.call(
            MailApi.locate_blob, BlobRequest(account_id=account_id, blob_id=blob_id), timeout=LOCATE_SECONDS
        )
        asked_type = request.query_params.get("type") or location.type
        headers = SANDBOX | {
            "Content-Type": content_type(asked_type, for_page=principal.by_cookie),
            "Content-Disposition": disposition(request.path_params["name"]),
            "Cache-Control": LEAVE_NOTHING if principal.shared else KEEP,
            "ETag": f'"{blob_id}"',
        }
        if f'"{blob_id}"' in request.headers.get("if-none-match", ""):
            return Response(None, 304, headers)
        return await self._answer(request, location, headers)

    async def _answer(self, request: Request, location: BlobLocation, headers: dict[str, str]) -> Response:
        segments, status = location.segments, 200
        size = plain_size(segments)
        if size is not None:
            headers["Accept-Ranges"] = "bytes"
            wanted = self._range(request, size, headers["ETag"])
            if wanted is not None:
                headers["Content-Range"] = ranges.content_range(wanted, size)
                segments, status, size = cut(segments, *wanted), 206, wanted[1] - wanted[0]
            headers["Content-Length"] = str(size)
        return BlobResponse(self._reader, segments, status, headers, self._limits.send_seconds)

    def _range(self, request: Request, size: int, etag: str) -> tuple[int, int] | None:
        condition = request.headers.get("if-range")
        if condition is not None and condition != etag:
            return None
        return ranges.asked_for(request, size)


def plain_size(segments: list[BlobSegment]) -> int | None:
    """The length of the whole, None when an encoding has to be taken off first."""
    if any(segment.encoding for segment in segments):
        return None
    return sum(_length(segment) for segment in segments)


def cut(segments: list[BlobSegment], start: int, end: int) -> list[BlobSegment]:
    """The segments of the bytes [start, end) of plain segments."""
    kept: list[BlobSegment] = []
    position = 0
    for segment in segments:
        length = _length(segment)
        first, last = max(start - position, 0), min(end - position, length)
        position += length
        if first >= last:
            continue
        if segment.inline is not None:
            kept.append(segment.model_copy(update={"inline": segment.inline[first:last]}))
        else:
            moved = {"offset": segment.offset + first, "length": last - first}
            kept.append(segment.model_copy(update=moved))
    return kept


def _length(segment: BlobSegment) -> int:
    return segment.length if segment.inline is None else len(segment.inline)


class SegmentReader:
    """The decoded bytes of segments, READ_BYTES of the store at a time."""

    def __init__(self, store: BlobStore, threads: DiskThreads) -> None:
        self._store = store
        self._threads = threads

    async def first(self, segments: list[BlobSegment]) -> None:
        """Raises ServiceError not-found when a stored blob is missing, before anything was sent."""
        names = {segment.sha256 for segment in segments if segment.inline is None and segment.sha256}
        present = await self._threads.run(lambda: all(self._store.exists(name) for name in names))
        if not present:
            raise ServiceError(ErrorCode.NOT_FOUND, "a located blob isn't in the store")

    async def read(self, segments: list[BlobSegment]) -> AsyncIterator[bytes]:
        for segment in segments:
            decoding = decoder(segment.encoding)
            async for data in self._raw(segment):
                yield await self._threads.run(decoding.feed, data) if segment.encoding else data
            yield decoding.end()

    async def _raw(self, segment: BlobSegment) -> AsyncIterator[bytes]:
        if segment.inline is not None:
            yield segment.inline
            return
        left = segment.length
        while left > 0:
            offset = segment.offset + segment.length - left
            data = await self._threads.run(self._store.read, segment.sha256 or "", offset, min(left, READ_BYTES))
            if not data:
                raise OSError("a blob is shorter than its location says")
            left -= len(data)
            yield data


class BlobResponse(Response):
    """Streams; a client that takes nothing for `send_seconds` is cut off. Small blobs leave in one write."""

    def __init__(
        self,
        reader: SegmentReader,
        segments: list[BlobSegment],
        status: int,
        headers: dict[str, str],
        send_seconds: float,
    ) -> None:
        self._reader = reader
        self._segments = segments
        self._send_seconds = send_seconds
        self.background = None
        self.status_code = status
        self.init_headers(headers)

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        await self._reader.first(self._segments)
        if scope["method"] == "HEAD":
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": b""})
            return
        started = False
        async for chunk in self._reader.read(self._segments):
            async with asyncio.timeout(self._send_seconds):
                if not started:
                    await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                    started = True
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        if not started:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
