"""The compose request through the pool: blobs in, a durable message and its summary out."""

import asyncio
import base64
import hashlib
from collections.abc import Iterator

import pytest

from services.mail.parser.async_client import AsyncParserClient
from services.mail.parser.protocol import BlobSource, ComposeRefused, ComposeRequest, ParserUnavailable
from services.mail.tests.parser.running import RunningPool

DATE = "2026-11-23T10:00:00+01:00"


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPool]:
    """A usual pool."""
    running = RunningPool.start(tmp_path_factory.mktemp("pool"))
    yield running
    running.close()


def stored(pool: RunningPool, octets: bytes, **more: object) -> BlobSource:
    return BlobSource.model_validate({"sha256": pool.store.put(octets).sha256, **more})


def request(pool: RunningPool, **more: object) -> ComposeRequest:
    draft = {
        "mailboxIds": {"x": True},
        "from": [{"email": "a@x.example"}],
        "subject": "Été",
        "bodyValues": {"t": {"value": {"blob": "0" * 64, "size": 3}}},
        "textBody": [{"partId": "t", "type": "text/plain"}],
    }
    fields = {
        "draft": draft,
        "body_values": {"t": stored(pool, "à lundi\n".encode())},
        "message_id": "<new@x.example>",
        "date": DATE,
    }
    return ComposeRequest.model_validate({**fields, **more})


def test_a_composed_message_is_a_blob_with_its_summary(pool: RunningPool) -> None:
    composed = pool.client.compose(request(pool))
    data = pool.store.read(composed.sha256)
    assert hashlib.sha256(data).hexdigest() == composed.sha256
    assert (composed.size, composed.summary.size) == (len(data), len(data))
    assert composed.summary.subject == "Été"
    assert composed.summary.message_id == ["new@x.example"]
    assert pool.rendition(composed.summary).parts["1"].value == "à lundi\n"
    assert composed.summary == pool.client.parse(composed.sha256)


def test_parts_of_other_messages_can_be_attached(pool: RunningPool) -> None:
    trace = b"Return-Path: <>\r\n"
    original = b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(b"file")
    part = pool.parse(original, trace).body_structure
    source = stored(
        pool,
        original,
        prefix=base64.b64encode(trace).decode(),
        start=part.body_start,
        end=part.body_end,
        encoding=part.encoding,
    )
    whole = stored(pool, original, prefix=base64.b64encode(trace).decode())
    draft = {
        "attachments": [
            {"blobId": "P1-1", "type": "application/pdf", "name": "a.pdf"},
            {"blobId": "M1", "type": "message/rfc822"},
        ]
    }
    composed = pool.client.compose(request(pool, draft=draft, blobs={"P1-1": source, "M1": whole}))
    parts = composed.summary.body_structure.sub_parts or []
    assert [part.size for part in parts] == [4, len(trace) + len(original)]


def test_a_blob_that_is_not_known_is_named(pool: RunningPool) -> None:
    draft = {"attachments": [{"blobId": "B9"}]}
    for blobs in ({}, {"B9": BlobSource(sha256="0" * 64)}):
        with pytest.raises(ComposeRefused) as caught:
            pool.client.compose(request(pool, draft=draft, blobs=blobs))
        assert (caught.value.code, caught.value.not_found) == ("blobNotFound", ["B9"])


def test_faults_of_the_draft_are_named(pool: RunningPool) -> None:
    with pytest.raises(ComposeRefused) as caught:
        pool.client.compose(request(pool, draft={"header:From:asText": "x"}))
    assert (caught.value.code, caught.value.properties) == ("invalidProperties", ["header:From:asText"])


def test_too_large_is_told(pool: RunningPool) -> None:
    with pytest.raises(ComposeRefused) as caught:
        pool.client.compose(request(pool, max_bytes=100))
    assert caught.value.code == "tooLarge"


def test_the_asyncio_client_speaks_the_same(pool: RunningPool) -> None:
    async def use() -> None:
        client = AsyncParserClient(pool.socket, connections=2)
        composed = await client.compose(request(pool))
        summaries = await asyncio.gather(*(client.parse(composed.sha256, b"A: b\r\n") for _ in range(10)))
        assert {summary.size for summary in summaries} == {composed.size + 6}
        with pytest.raises(ComposeRefused):
            await client.compose(request(pool, draft={"id": "x"}))
        await client.close()

    asyncio.run(use())


def test_the_asyncio_client_gives_up_on_a_pool_that_is_not_there(pool: RunningPool) -> None:
    async def use() -> None:
        client = AsyncParserClient(pool.socket + "-none", timeout=0.5)
        with pytest.raises(ParserUnavailable):
            await client.parse("0" * 64)

    asyncio.run(use())
