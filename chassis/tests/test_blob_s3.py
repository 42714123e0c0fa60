"""What only S3 has: a way to it that breaks, refusals, versions."""

import base64
import hashlib
from typing import Any

import pytest

from chassis.blobs.s3 import S3BlobStore, UnversionedBucketError
from chassis.blobs.settings import S3Settings
from tests.infra.buckets import Way, bucket_settings

LARGE = bytes(range(256)) * 20_000
SHA256 = hashlib.sha256(LARGE).hexdigest()


def refusal(status: str, code: str) -> bytes:
    body = f"<Error><Code>{code}</Code></Error>".encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\nConnection: close"
    return head.encode() + b"\r\n\r\n" + body


@pytest.fixture
def store(bucket: S3Settings) -> S3BlobStore:
    return S3BlobStore(bucket)


@pytest.fixture
def far_store(bucket: S3Settings, way: Way) -> S3BlobStore:
    """The same bucket, by the way that can be broken."""
    return S3BlobStore(bucket_settings(way.port))


def calls(store: S3BlobStore) -> list[tuple[str, dict[str, Any]]]:
    """What is asked of S3 from now on."""
    made: list[tuple[str, dict[str, Any]]] = []
    store._client.meta.events.register(
        "before-call.s3", lambda model, params, **_: made.append((model.name, params["headers"]))
    )
    return made


@pytest.mark.parametrize("code", ["503 Slow Down|SlowDown", "500 Oops|InternalError", "403 Forbidden|AccessDenied"])
def test_a_store_that_refuses_is_an_error_and_nothing_is_stored(
    store: S3BlobStore, far_store: S3BlobStore, way: Way, code: str
) -> None:
    way.refusal = refusal(*code.split("|"))
    with pytest.raises(OSError, match="the blob store refuses"):
        far_store.put(b"bonjour")
    with pytest.raises(OSError, match="the blob store refuses"):
        far_store.exists(SHA256)
    assert not store.exists(hashlib.sha256(b"bonjour").hexdigest())


def test_a_put_that_breaks_off_in_the_middle_is_an_error_and_nothing_is_stored(
    store: S3BlobStore, far_store: S3BlobStore, way: Way
) -> None:
    way.cut_up = len(LARGE) // 2
    with pytest.raises(OSError, match="the blob store does not answer"):
        far_store.put(LARGE)
    with far_store.writer() as writer, pytest.raises(OSError, match="the blob store does not answer"):
        writer.write(LARGE)
        writer.commit()
    assert not store.exists(SHA256)


def test_a_put_whose_answer_is_lost_is_an_error(far_store: S3BlobStore, way: Way) -> None:
    way.cut_down = 0
    with pytest.raises(OSError, match="the blob store does not answer"):
        far_store.put(LARGE)


def test_a_read_that_breaks_off_in_the_middle_is_an_error_and_never_a_shorter_blob(
    store: S3BlobStore, far_store: S3BlobStore, way: Way
) -> None:
    store.put(LARGE)
    way.cut_down = len(LARGE) // 2
    with pytest.raises(OSError, match="the blob store broke off"):
        far_store.read(SHA256)
    way.cut_down = None
    assert far_store.read(SHA256) == LARGE


def test_a_store_that_is_away_is_an_error(far_store: S3BlobStore, way: Way) -> None:
    way.close()
    for ask in (far_store.read, far_store.size, far_store.exists):
        with pytest.raises(OSError, match="the blob store does not answer"):
            ask(SHA256)


def test_the_store_is_told_the_digest_that_it_has_to_compare(store: S3BlobStore) -> None:
    """moto does not compare; S3 does, and answers 400."""
    made = calls(store)
    store.put(LARGE)
    (headers,) = [headers for name, headers in made if name == "PutObject"]
    assert headers["x-amz-checksum-sha256"] == base64.b64encode(hashlib.sha256(LARGE).digest()).decode()


def test_bytes_that_were_put_lately_are_not_sent_again(store: S3BlobStore, bucket: S3Settings) -> None:
    store.put(LARGE)
    made = calls(store)
    store.put(LARGE)
    assert [name for name, _ in made] == ["HeadObject"]
    later = S3BlobStore(bucket, fresh_seconds=0.0)
    made = calls(later)
    later.put(LARGE)
    assert [name for name, _ in made] == ["HeadObject", "PutObject"]


def test_what_is_put_while_a_remover_is_at_work_stays(store: S3BlobStore, bucket: S3Settings) -> None:
    """It has judged the version that it saw; the one that comes before its DELETE is another."""
    store.put(LARGE)
    writer = S3BlobStore(bucket, fresh_seconds=0.0)

    def put_again(**_: object) -> None:
        writer.put(LARGE)

    store._client.meta.events.register("before-call.s3.DeleteObject", put_again)
    store.remove(SHA256, -60.0)
    assert writer.read(SHA256) == LARGE


def test_nothing_is_removed_from_a_bucket_that_keeps_no_versions(store: S3BlobStore, bucket: S3Settings) -> None:
    store.put(LARGE)
    store._client.put_bucket_versioning(Bucket=bucket.bucket, VersioningConfiguration={"Status": "Suspended"})
    with pytest.raises(UnversionedBucketError):
        store.remove(SHA256, -60.0)
    assert store.exists(SHA256)
