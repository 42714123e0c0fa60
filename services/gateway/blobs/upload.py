"""Upload (RFC 8620 §6.1): streamed to the store, durable before mail is told, told before the client."""

import re

import orjson
from starlette.requests import Request
from starlette.responses import Response

from chassis.blobs import Blob, BlobStore, BlobTooLargeError
from contracts.mail import BlobRegistration, MailApi
from services.gateway import bodies
from services.gateway.blobs.threads import DiskThreads
from services.gateway.caller import Caller
from services.gateway.identity.authenticator import Authenticator
from services.gateway.jmap import errors
from services.gateway.jmap.errors import RequestError, limit_error
from services.gateway.limits import Limits
from services.gateway.problems import ProblemError
from services.gateway.turnstile import Turnstile

REGISTER_SECONDS = 8.0
WRITE_BYTES = 1_048_576
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}(\s*;[\x20-\x7e]{0,200})?")
DEFAULT_TYPE = "application/octet-stream"


class UploadEndpoint:
    def __init__(
        self, authenticator: Authenticator, client: Caller, store: BlobStore, threads: DiskThreads, limits: Limits
    ) -> None:
        """Uploads of one account beyond the limit wait their turn: a page that attaches six files sends six at once,
        and what isn't read yet costs the sender's memory, not ours."""
        self._authenticator = authenticator
        self._client = client
        self._store = store
        self._threads = threads
        self._limits = limits
        self._turnstile = Turnstile(
            lambda: limit_error("maxConcurrentUpload"),
            limits.max_concurrent_upload,
            waiting=limits.max_waiting_uploads,
            seconds=limits.upload_wait_seconds,
        )

    async def __call__(self, request: Request) -> Response:
        """201 with {accountId, blobId, type, size}."""
        principal = await self._authenticator(request)
        if request.path_params["account_id"] != principal.account_id:
            raise ProblemError("not-found")
        type_ = media_type(request.headers.get("content-type", ""))
        try:
            async with self._turnstile.turn(principal.account_id):
                blob = await self._receive(request)
                registration = BlobRegistration(
                    account_id=principal.account_id, sha256=blob.sha256, size=blob.size, type=type_
                )
                registered = await self._client.call(MailApi.register_blob, registration, timeout=REGISTER_SECONDS)
        except RequestError as error:
            return errors.respond(error)
        document = {
            "accountId": principal.account_id,
            "blobId": registered.blob_id,
            "type": type_,
            "size": blob.size,
        }
        return Response(orjson.dumps(document), 201, {"Cache-Control": "no-store"}, "application/json")

    async def _receive(self, request: Request) -> Blob:
        if bodies.declared_length(request) > self._limits.max_size_upload:
            raise limit_error("maxSizeUpload", status=413)
        try:
            return await self._store_body(request)
        except BlobTooLargeError:
            raise limit_error("maxSizeUpload", status=413) from None
        except OSError:
            raise ProblemError("storage-unavailable", headers={"Retry-After": "5", "Connection": "close"}) from None

    async def _store_body(self, request: Request) -> Blob:
        run = self._threads.run
        arriving = bodies.chunks(
            request, idle_seconds=self._limits.body_idle_seconds, total_seconds=self._limits.upload_seconds
        )
        writer = await run(self._store.writer, self._limits.max_size_upload)
        with writer:
            waiting = bytearray()
            async for chunk in arriving:
                waiting += chunk
                if len(waiting) >= WRITE_BYTES:
                    await run(writer.write, bytes(waiting))
                    waiting.clear()
            if waiting:
                await run(writer.write, bytes(waiting))
            return await run(writer.commit)


def media_type(header: str) -> str:
    """The Content-Type as the client gave it, or the default when it isn't one."""
    return header if _MEDIA_TYPE.fullmatch(header) else DEFAULT_TYPE
