"""The clients in the surroundings that they are for, and what goes over the socket."""

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from services.mail.parser.client import ParserClient
from services.mail.parser.protocol import (
    BlobSource,
    ComposeRequest,
    FrameError,
    ParseRequest,
    ParserUnavailable,
    encode_frame,
    frame_length,
)
from services.mail.tests.parser.running import ROOT, RunningPool

GREEN = """
import eventlet
eventlet.monkey_patch()
import sys
from services.mail.parser.client import ParserClient
client = ParserClient(sys.argv[1], connections=3)
ticks = []
def tick():
    while True:
        ticks.append(1)
        eventlet.sleep(0.005)
ticker = eventlet.spawn(tick)
calls = [eventlet.spawn(client.parse, sys.argv[2], b"A: b\\r\\n") for _ in range(30)]
subjects = {call.wait().subject for call in calls}
client.close()
print(subjects, len(ticks) > 5)
"""


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPool]:
    """A usual pool."""
    running = RunningPool.start(tmp_path_factory.mktemp("pool"))
    yield running
    running.close()


def test_the_blocking_client_is_green_under_eventlet(pool: RunningPool) -> None:
    sha256 = pool.store.put(b"Subject: vert\r\n\r\n" + b"texte\r\n" * 20_000).sha256
    command = [sys.executable, "-W", "ignore", "-c", GREEN, pool.socket, sha256]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=30, check=False)
    assert done.stdout.decode().strip() == "{'vert'} True", done.stderr.decode()


def test_threads_share_a_client(pool: RunningPool) -> None:
    digests = [pool.store.put(b"Subject: %d\r\n\r\n" % number).sha256 for number in range(40)]
    client = ParserClient(pool.socket, connections=3)
    subjects: list[str | None] = []
    threads = [threading.Thread(target=lambda d=digest: subjects.append(client.parse(d).subject)) for digest in digests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    assert sorted(subjects, key=str) == sorted((str(number) for number in range(40)), key=str)


def test_a_pool_that_is_not_there_is_unavailable_within_the_timeout() -> None:
    client = ParserClient("/nonexistent/p.sock", timeout=0.5)
    with pytest.raises(ParserUnavailable):
        client.parse("0" * 64)


def test_a_message_of_the_greatest_size_is_parsed_and_composed(pool: RunningPool) -> None:
    """25 MiB on the wire, about 18 MiB of file: with the default limits of time and memory."""
    file = bytes(range(256)) * 73_000
    source = BlobSource(sha256=pool.store.put(file).sha256)
    request = ComposeRequest(
        draft={"subject": "plan", "attachments": [{"blobId": "B", "type": "application/pdf", "name": "plan.pdf"}]},
        blobs={"B": source},
        message_id="<a@x.example>",
        date="2026-11-23T10:00:00+01:00",
    )
    composed = pool.client.compose(request)
    assert composed.size > 25_000_000
    summary = pool.client.parse(composed.sha256, b"Return-Path: <>\r\n")
    assert summary.state == "parsed"
    assert (summary.body_structure.sub_parts or [])[0].size == len(file)


def test_the_transcript_of_a_request() -> None:
    request = ParseRequest.of("ab" * 32, b"A: b\r\n")
    body = b'{"op":"parse","sha256":"' + b"ab" * 32 + b'","trace":"QTogYg0K"}'
    assert encode_frame(request.model_dump()) == b"\x00\x00\x00" + bytes([len(body)]) + body


def test_frames_are_bounded_both_ways() -> None:
    with pytest.raises(FrameError):
        encode_frame({"a": "x" * 5_000_000})
    with pytest.raises(FrameError):
        frame_length(b"\xff\xff\xff\xff")
