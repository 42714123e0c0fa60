"""What the mail service answers on the bus (contracts.mail.MailApi), whatever carries it."""

from collections.abc import Mapping

from chassis.jmap.batch import Handler, run_batch
from contracts.errors import ErrorCode, ServiceError
from contracts.jmap import JmapBatch, JmapBatchReply
from contracts.mail import BlobLocation, BlobRegistered, BlobRegistration, BlobRequest
from services.mail.application.blob_access import find_octets, locate
from services.mail.application.ports import Blobs, UnknownAccountError
from services.mail.application.rows import BlobRow
from services.mail.application.store import Store
from services.mail.domain.ids import blob_id, parse_blob_id


class MailService:
    def __init__(self, store: Store, blobs: Blobs, handlers: Mapping[str, Handler]) -> None:
        self._store = store
        self._blobs = blobs
        self._handlers = handlers

    def jmap(self, batch: JmapBatch) -> JmapBatchReply:
        with self._store.batch():
            return run_batch(batch, self._handlers)

    def register_blob(self, request: BlobRegistration) -> BlobRegistered:
        """Raises ServiceError: invalid-request when the blob is not there, not-found for an unknown account."""
        wanted = blob_id(request.sha256)
        if parse_blob_id(wanted) is None or not self._blobs.exists(request.sha256):
            raise ServiceError(ErrorCode.INVALID_REQUEST, "no such blob was stored")
        try:
            self._store.register_blob(request.account_id, BlobRow(request.sha256, request.size, request.type))
        except UnknownAccountError:
            raise ServiceError(ErrorCode.NOT_FOUND, "unknown account") from None
        return BlobRegistered(blob_id=wanted)

    def locate_blob(self, request: BlobRequest) -> BlobLocation:
        """Raises ServiceError not-found."""
        with self._store.view(request.account_id) as view:
            found = find_octets(view, [request.blob_id])
        if request.blob_id not in found:
            raise ServiceError(ErrorCode.NOT_FOUND, "no such blob")
        return locate(found[request.blob_id])
