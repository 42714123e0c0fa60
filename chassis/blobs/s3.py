"""Blobs as objects in a bucket of S3, or of anything that speaks it. The key is the blob's name.

One PUT stores a blob; S3 compares what came with the SHA-256 that we state, and answers 200 when it is durable. A put
asks first whether the bytes are there already, and sends nothing when they were put within FRESH_SECONDS.

S3 has no locks, so the collector needs a bucket that keeps versions: every PUT makes one, and `remove` deletes the
versions that it has judged, each by its id. One that is put meanwhile is another version, and stays.
"""

import base64
import contextlib
import hashlib
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chassis.blobs import Blob, BlobStore, BlobTooLargeError, ShelvedBlob
from chassis.blobs.names import checked
from chassis.blobs.settings import S3Settings

FRESH_SECONDS = 3_600.0
"""Together with the hour that a writer has to commit its row: less than any grace of the collector."""
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0
TRIES = 2
CONNECTIONS = 50
HELD_BYTES = 1_048_576
"""Of one writer in RAM; what is more waits in a temporary file, since the key is known at the end only."""
_MISSING = frozenset({"404", "NoSuchKey"})


class UnversionedBucketError(OSError):
    """Nothing can be removed safely from a bucket that keeps no versions."""


class S3BlobStore(BlobStore):
    """One client for all threads. Under eventlet its sockets are green: it is called in place there, not in tpool."""

    def __init__(self, settings: S3Settings, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._bucket = settings.bucket
        self._fresh_seconds = fresh_seconds
        self._client: Any = boto3.session.Session(
            aws_access_key_id=settings.access_key or None,
            aws_secret_access_key=settings.secret_key.get_secret_value() or None,
            region_name=settings.region,
        ).client(
            "s3",
            endpoint_url=settings.endpoint or None,
            config=Config(
                connect_timeout=CONNECT_SECONDS,
                read_timeout=ANSWER_SECONDS,
                retries={"total_max_attempts": TRIES, "mode": "standard"},
                max_pool_connections=CONNECTIONS,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                s3={"addressing_style": "path" if settings.endpoint else "auto"},
            ),
        )

    def put(self, data: bytes) -> Blob:
        blob = Blob(hashlib.sha256(data).hexdigest(), len(data))
        self.store(blob, data)
        return blob

    def writer(self, max_bytes: int | None = None) -> "S3BlobWriter":
        return S3BlobWriter(self, max_bytes)

    def read(self, sha256: str, offset: int = 0, length: int = -1) -> bytes:
        if length == 0:
            return b""
        last = offset + length - 1 if length > 0 else ""
        asked = {"Range": f"bytes={offset}-{last}"} if offset or length > 0 else {}
        for _ in range(TRIES - 1):
            with contextlib.suppress(_BrokenOffError):
                return self._read(sha256, asked)
        return self._read(sha256, asked)

    def size(self, sha256: str) -> int:
        return int(self._head(sha256)["ContentLength"])

    def exists(self, sha256: str) -> bool:
        try:
            self._head(sha256)
        except FileNotFoundError:
            return False
        return True

    def store(self, blob: Blob, body: Any) -> None:
        """`body`: bytes, or a file at its start."""
        with contextlib.suppress(FileNotFoundError):
            head = self._head(blob.sha256)
            if _age(head["LastModified"], head) < self._fresh_seconds:
                return
        with _told():
            self._client.put_object(
                Bucket=self._bucket,
                Key=blob.sha256,
                Body=body,
                ContentLength=blob.size,
                ChecksumSHA256=base64.b64encode(bytes.fromhex(blob.sha256)).decode(),
            )

    def shelf(self, prefix: str) -> Iterator[ShelvedBlob]:
        for version, page in self._versions(prefix):
            if version["IsLatest"]:
                yield ShelvedBlob(version["Key"], version["Size"], _age(version["LastModified"], page))

    def remove(self, sha256: str, age: float) -> bool:
        self._check_versioned()
        found = list(self._versions(checked(sha256)))
        if not found or min(_age(version["LastModified"], page) for version, page in found) < age:
            return False
        for version in sorted((version for version, _ in found), key=lambda version: bool(version["IsLatest"])):
            with _told():
                self._client.delete_object(Bucket=self._bucket, Key=sha256, VersionId=version["VersionId"])
        return True

    def sweep(self, age: float) -> int:  # noqa: ARG002 - of the port
        """A PUT that breaks off leaves nothing."""
        return 0

    def _head(self, sha256: str) -> dict[str, Any]:
        with _told():
            head: dict[str, Any] = self._client.head_object(Bucket=self._bucket, Key=checked(sha256))
            return head

    def _read(self, sha256: str, asked: dict[str, str]) -> bytes:
        try:
            with _told():
                answer = self._client.get_object(Bucket=self._bucket, Key=checked(sha256), **asked)
        except _OutOfRangeError:
            return b""
        try:
            with contextlib.closing(answer["Body"]) as body:
                data: bytes = body.read()
                return data
        except BotoCoreError as error:
            raise _BrokenOffError(f"the blob store broke off: {type(error).__name__}") from error

    def _versions(self, prefix: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Each with the answer that it came in."""
        pages = iter(self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=prefix))
        while True:
            with _told():
                page = next(pages, None)
            if page is None:
                return
            for version in page.get("Versions", ()):
                yield version, page

    def _check_versioned(self) -> None:
        with _told():
            status = self._client.get_bucket_versioning(Bucket=self._bucket).get("Status")
        if status != "Enabled":
            raise UnversionedBucketError("the bucket keeps no versions: nothing can be removed from it safely")


class S3BlobWriter:
    """Implements BlobWriter."""

    def __init__(self, store: S3BlobStore, max_bytes: int | None) -> None:
        self._store = store
        self._max_bytes = max_bytes
        self._digest = hashlib.sha256()
        self._size = 0
        self._file = tempfile.SpooledTemporaryFile(HELD_BYTES)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._max_bytes is not None and self._size > self._max_bytes:
            raise BlobTooLargeError
        self._digest.update(chunk)
        self._file.write(chunk)

    def commit(self) -> Blob:
        blob = Blob(self._digest.hexdigest(), self._size)
        self._file.seek(0)
        self._store.store(blob, self._file)
        return blob


class _OutOfRangeError(OSError):
    """Nothing of the range exists."""


class _BrokenOffError(OSError):
    """An answer that began and did not end."""


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """What S3 and the way to it raise, as the port's errors; codes only, for the log."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _MISSING:
            raise FileNotFoundError("no such blob") from None
        if code == "InvalidRange":
            raise _OutOfRangeError from None
        raise OSError(f"the blob store refuses: {code}") from error
    except BotoCoreError as error:
        raise OSError(f"the blob store does not answer: {type(error).__name__}") from error


def _age(modified: datetime, answer: dict[str, Any]) -> float:
    """Seconds, by the clock of the store: it dates its answers."""
    now = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    return ((parsedate_to_datetime(now) if now else datetime.now(UTC)) - modified).total_seconds()
