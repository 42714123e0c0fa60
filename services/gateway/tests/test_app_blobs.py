"""Upload and download (RFC 8620 §6)."""

import asyncio
import base64
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.base import Contract
from contracts.mail import BlobLocation, BlobSegment
from services.gateway.limits import Limits
from services.gateway.tests.people import ACCOUNT, CSRF
from services.gateway.tests.world import BASIC, COOKIE, World, code


def test_an_upload_is_durable_before_mail_is_told(world: World) -> None:
    stored: list[bool] = []

    async def check(name: str, request: Contract) -> None:
        if name == "mail.register_blob":
            stored.append(world.store.exists(request.sha256))  # type: ignore[attr-defined]

    world.bus.before = check
    headers = {**COOKIE, "X-CSRF-Token": CSRF, "Content-Type": "text/plain; charset=utf-8"}
    answer = world.request("POST", f"/jmap/upload/{ACCOUNT}", headers=headers, content=b"bonjour" * 300_000)
    document = answer.json()
    assert answer.status_code == 201
    assert document["size"] == 2_100_000
    assert document["type"] == "text/plain; charset=utf-8"
    assert document["accountId"] == ACCOUNT
    assert world.store.read(document["blobId"][1:]) == b"bonjour" * 300_000
    assert stored == [True]


def stored_files(world: World) -> list[Path]:
    return [path for path in world.store.path("0" * 64).parents[1].rglob("*") if path.is_file()]


def test_uploads_past_the_limit_or_to_others_are_refused_and_leave_nothing(world: World) -> None:
    world.limits = Limits(max_size_upload=1_000)

    async def body() -> Any:
        for _ in range(20):
            yield b" " * 100

    before = stored_files(world)
    for content in (b"x" * 1_001, body()):
        answer = world.request("POST", f"/jmap/upload/{ACCOUNT}", headers=BASIC, content=content)
        assert answer.status_code == 413
        assert answer.json()["limit"] == "maxSizeUpload"
    assert code(world.request("POST", "/jmap/upload/aother", headers=BASIC, content=b"x")) == (404, "not-found")
    assert stored_files(world) == before


def test_uploads_beyond_the_limit_wait_their_turn_and_a_crowd_is_refused(world: World) -> None:
    world.limits = Limits(max_concurrent_upload=2, max_waiting_uploads=1)
    at_once: list[int] = []
    under_way = 0

    async def count(name: str, request: Contract) -> None:
        nonlocal under_way
        if name == "mail.register_blob":
            under_way += 1
            at_once.append(under_way)
            await asyncio.sleep(0.1)
            under_way -= 1

    async def act(client: httpx.AsyncClient) -> list[int]:
        await client.get("/.well-known/jmap", headers=BASIC)
        path = f"/jmap/upload/{ACCOUNT}"
        posts = [client.post(path, headers=BASIC, content=f"{number}".encode()) for number in range(5)]
        answers = await asyncio.gather(*posts)
        refused = [answer.json()["limit"] for answer in answers if answer.status_code == 400]
        assert refused == ["maxConcurrentUpload"] * 2
        return sorted(answer.status_code for answer in answers)

    world.bus.before = count
    assert world.run(act) == [201, 201, 201, 400, 400]
    assert max(at_once) == 2


def locate(world: World, *segments: BlobSegment, type_: str = "application/pdf") -> None:
    world.bus.locations["M1"] = BlobLocation(segments=list(segments), size=None, type=type_, name=None)


def download(world: World, query: str = "", **headers: str) -> httpx.Response:
    return world.request("GET", f"/jmap/download/{ACCOUNT}/M1/R%C3%A9union%20%2F1.pdf{query}", headers=BASIC | headers)


def test_a_download_joins_inline_and_stored_bytes(world: World) -> None:
    blob = world.store.put(b"Subject: x\r\n\r\nbody")
    locate(world, BlobSegment(inline=b"Received: y\r\n"), BlobSegment(sha256=blob.sha256, length=blob.size))
    answer = download(world)
    assert answer.content == b"Received: y\r\nSubject: x\r\n\r\nbody"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"].startswith("private, immutable")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.headers["accept-ranges"] == "bytes"
    assert download(world, **{"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_ranges_of_a_download(world: World) -> None:
    blob = world.store.put(b"456789")
    locate(world, BlobSegment(inline=b"0123"), BlobSegment(sha256=blob.sha256, length=6))
    part = download(world, Range="bytes=3-5")
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"345", "bytes 3-5/10")
    assert (part.headers["content-length"], part.headers["etag"]) == ("3", '"M1"')
    past = download(world, Range="bytes=10-")
    assert code(past) == (416, "range-not-satisfiable")
    assert past.headers["content-range"] == "bytes */10"
    assert download(world, Range="bytes=3-5", **{"If-Range": '"other"'}).status_code == 200
    head = world.request("HEAD", f"/jmap/download/{ACCOUNT}/M1/x", headers=BASIC)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "10")


def test_an_encoded_part_is_decoded_on_its_way(world: World) -> None:
    plain = bytes(range(256)) * 3_000
    blob = world.store.put(b"HEAD" + base64.encodebytes(plain) + b"TAIL")
    locate(world, BlobSegment(sha256=blob.sha256, offset=4, length=blob.size - 8, encoding="base64"))
    answer = download(world, Range="bytes=0-3")
    assert answer.status_code == 200
    assert answer.content == plain
    assert "accept-ranges" not in answer.headers


def test_active_types_run_for_nobody(world: World) -> None:
    locate(world, BlobSegment(inline=b"<script>"), type_="text/html")
    page = world.request("GET", f"/jmap/download/{ACCOUNT}/M1/x.html?type=text/html", headers=COOKIE)
    assert page.headers["content-type"] == "application/octet-stream"
    client = download(world, "?type=text/html")
    assert client.headers["content-type"] == "text/html"
    assert client.headers["content-disposition"].startswith("attachment")
    assert client.headers["content-security-policy"].startswith("sandbox")


def test_blobs_of_others_and_blobs_that_are_gone_are_not_found(world: World) -> None:
    assert code(download(world)) == (404, "not-found")
    assert code(world.request("GET", "/jmap/download/aother/M1/x", headers=BASIC)) == (404, "not-found")
    locate(world, BlobSegment(sha256="0" * 64, length=3))
    assert code(download(world)) == (404, "not-found")


def test_an_access_line_holds_no_query_no_address_and_no_identity(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "services.gateway.access")
    locate(world, BlobSegment(inline=b"x"))
    answer = download(world, "?type=text/plain")
    (record,) = [record for record in caplog.records if record.name == "services.gateway.access"]
    line = vars(record)
    assert line["route"] == "/jmap/download/{account_id}/{blob_id}/{name:path}"
    assert (line["method"], line["status"]) == ("GET", 200)
    assert line["ms"] >= 0
    assert answer.headers["x-correlation-id"]
    told = {key: value for key, value in line.items() if key in ("msg", "route", "method", "status", "ms")}
    assert ACCOUNT not in str(told)
