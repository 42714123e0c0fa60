"""RFC 9404 §4: the octets of Blob/upload leave before the bus, those of Blob/get come back after it."""

import asyncio
import base64
import hashlib
from typing import Any

import pytest

from chassis.blobs.files import FileBlobStore
from chassis.jmap.errors import MethodError
from contracts.jmap import Invocation
from contracts.mail import BlobLocation, BlobSegment, BlobSelection
from services.gateway.blobs.threads import DiskThreads
from services.gateway.jmap.budget import Budget
from services.gateway.jmap.methods import blob_selections
from services.gateway.jmap.methods.blob_selections import SelectionFill
from services.gateway.jmap.methods.blob_sources import SourceOffload

FOX = b"The quick brown fox jumped over the \x81\x81 dog."


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FileBlobStore:
    return FileBlobStore(tmp_path_factory.mktemp("blobs"))


def offload(store: FileBlobStore, create: Any, **more: Any) -> Any:
    call = Invocation(name="Blob/upload", arguments={"create": create} | more, call_id="0")
    return asyncio.run(SourceOffload(store, DiskThreads(1)).prepare(call)).arguments["create"]


def get(store: FileBlobStore, octets: bytes, *properties: str, budget: int = 10_000, **asked: Any) -> Any:
    blob = store.put(octets)
    segments = [BlobSegment(inline=octets[:4]), BlobSegment(sha256=blob.sha256, offset=4, length=len(octets) - 4)]
    location = BlobLocation(segments=segments, size=len(octets), type="text/plain", name=None)
    return fill(store, BlobSelection(location=location, properties=list(properties), **asked), budget)


def fill(store: FileBlobStore, selection: BlobSelection, budget: int = 10_000) -> Any:
    item = {"id": "B1", "_selection": selection.model_dump(mode="json")}
    answer = Invocation(name="Blob/get", arguments={"list": [item], "notFound": []}, call_id="0")
    filled = asyncio.run(SelectionFill(store, DiskThreads(1)).finish(answer, Budget(budget))).arguments["list"][0]
    assert filled.pop("id") == "B1"
    return filled


def test_4_1_text_and_base64_become_blobs(store: FileBlobStore) -> None:
    sources = [{"data:asText": "é"}, {"data:asBase64": "gYE="}, {"blobId": "B1", "offset": 2}]
    text, octets, blob = offload(store, {"k": {"data": sources, "type": "text/plain"}})["k"]["data"]
    assert (store.read(text["data:asText"]["blob"]), text["data:asText"]["size"]) == ("é".encode(), 2)
    assert store.read(octets["data:asBase64"]["blob"]) == b"\x81\x81"
    assert blob == {"blobId": "B1", "offset": 2}


@pytest.mark.parametrize(
    "source",
    [
        {"data:asBase64": "g"},
        {"data:asBase64": "g*E="},
        {"data:asBase64": "é"},
        {"data:asText": {"blob": "0" * 64, "size": 1}},
        {"data:asBase64": {"blob": "0" * 64, "size": 1}},
    ],
)
def test_4_1_what_stands_for_no_octets_is_left_for_the_service_to_refuse(store: FileBlobStore, source: Any) -> None:
    (left,) = offload(store, {"k": {"data": [source]}})["k"]["data"]
    assert left == dict.fromkeys(source)


@pytest.mark.parametrize("create", [None, [], {"k": 1}, {"k": {"data": 1}}, {"k": {"data": [1]}}, {"k": {"data": []}}])
def test_4_1_other_shapes_are_left_as_they_are(store: FileBlobStore, create: Any) -> None:
    assert offload(store, create) == create


def test_4_1_creations_under_a_reference_do_not_leave_unseen(store: FileBlobStore) -> None:
    with pytest.raises(MethodError, match="invalidResultReference"):
        offload(store, None, **{"#create": {"resultOf": "0", "name": "Blob/get", "path": "/list"}})


def test_4_2_data_is_text_where_it_is_utf_8(store: FileBlobStore) -> None:
    assert get(store, "déjà".encode(), "data", "size") == {"data:asText": "déjà", "size": 6}
    assert get(store, FOX, "data", "size") == {
        "data:asBase64": base64.b64encode(FOX).decode(),
        "isEncodingProblem": True,
        "size": len(FOX),
    }


def test_4_2_text_alone_is_null_where_it_is_none(store: FileBlobStore) -> None:
    assert get(store, FOX, "data:asText") == {"data:asText": None, "isEncodingProblem": True}
    assert get(store, FOX, "data:asText", offset=4, length=5) == {"data:asText": "quick"}
    assert get(store, b"un", "data:asBase64", "data:asText") == {"data:asBase64": "dW4=", "data:asText": "un"}


@pytest.mark.parametrize(
    ("offset", "length", "text"), [(2, 7, "e quick"), (0, 0, ""), (10, None, "brown"), (15, 0, "")]
)
def test_4_2_a_range(store: FileBlobStore, offset: int, length: int | None, text: str) -> None:
    assert get(store, b"The quick brown", "data", offset=offset, length=length) == {"data:asText": text}


def test_4_2_a_range_past_the_end_is_truncated(store: FileBlobStore) -> None:
    assert get(store, b"bonjour", "data:asText", offset=4, length=10) == {"data:asText": "our", "isTruncated": True}
    assert get(store, b"bonjour", "size", offset=4, length=10) == {"size": 7, "isTruncated": True}


def test_4_2_digests_are_of_the_range(store: FileBlobStore) -> None:
    got = get(store, FOX, "digest:sha", "digest:sha-256", "digest:sha-512", offset=4, length=5, budget=0)
    assert got == {
        "digest:sha": base64.b64encode(hashlib.sha1(b"quick", usedforsecurity=False).digest()).decode(),
        "digest:sha-256": base64.b64encode(hashlib.sha256(b"quick").digest()).decode(),
        "digest:sha-512": base64.b64encode(hashlib.sha512(b"quick").digest()).decode(),
    }


def test_4_2_what_is_encoded_is_decoded_and_counted(store: FileBlobStore) -> None:
    blob = store.put(b"YTtiO2MK\r\n")
    segment = BlobSegment(sha256=blob.sha256, length=blob.size, encoding="base64")
    location = BlobLocation(segments=[segment], size=None, type="text/csv", name=None)
    selection = BlobSelection(location=location, properties=["data", "size"], offset=2, length=1)
    assert fill(store, selection) == {"data:asText": "b", "size": 6}


def test_4_2_bounds(store: FileBlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MethodError, match="requestTooLarge"):
        get(store, b"x" * 101, "data", budget=100)
    monkeypatch.setattr(blob_selections, "MAX_READ", 100)
    with pytest.raises(MethodError, match="requestTooLarge"):
        get(store, b"x" * 101, "digest:sha")


def test_4_2_a_blob_that_is_gone_makes_the_method_unavailable(store: FileBlobStore) -> None:
    location = BlobLocation(segments=[BlobSegment(sha256="0" * 64, length=3)], size=3, type="", name=None)
    with pytest.raises(MethodError, match="serverUnavailable"):
        fill(store, BlobSelection(location=location, properties=["data"]))
