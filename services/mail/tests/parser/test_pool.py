"""The pool: children that hang, crash, hoard or grow old cost one request, and their neighbours nothing."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.mail.parser.client import ParserClient
from services.mail.parser.protocol import LENGTH, ParserUnavailable, decode_body, encode_frame, frame_length
from services.mail.tests.parser.running import RunningPool, wait_until

pytestmark = pytest.mark.integration

MAIL = b"From: a@x.example\r\nSubject: planted\r\nContent-Type: text/html\r\n\r\n<p>Bonjour</p>\r\n"


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPool]:
    """Two children that fail on demand."""
    running = RunningPool.start(tmp_path_factory.mktemp("pool"), planted=True, seconds="3", memory_mb="512")
    yield running
    running.close()


@pytest.mark.parametrize("what", ["sleep", "spin"])
def test_a_hang_is_killed_at_three_seconds_and_neighbours_are_answered(pool: RunningPool, what: str) -> None:
    outcome: list[tuple[str, str | None, float]] = []

    def hang() -> None:
        started = time.monotonic()
        summary = pool.parse(MAIL, f"Plant: {what} at full\r\n".encode())
        outcome.append((summary.state, summary.problem, time.monotonic() - started))

    thread = threading.Thread(target=hang)
    thread.start()
    slowest = 0.0
    while thread.is_alive():
        started = time.monotonic()
        assert pool.parse(MAIL).state == "parsed"
        slowest = max(slowest, time.monotonic() - started)
        time.sleep(0.02)
    thread.join()
    state, problem, seconds = outcome[0]
    assert (state, problem) == ("text-only", "timeout")
    assert 2.9 < seconds < 5.0
    assert slowest < 1.5


@pytest.mark.parametrize("what", ["exit", "raise", "memory", "garbage"])
def test_a_child_that_dies_costs_the_html_only(pool: RunningPool, what: str) -> None:
    summary = pool.parse(MAIL, f"Plant: {what} at full\r\n".encode())
    assert (summary.state, summary.problem) == ("text-only", "crash")
    assert summary.subject == "planted"
    assert pool.rendition(summary).text == "Bonjour"


def test_then_the_headers_are_read(pool: RunningPool) -> None:
    summary = pool.parse(MAIL, b"Plant: exit at full,text\r\n")
    assert (summary.state, summary.problem, summary.subject) == ("headers-only", "crash", "planted")
    assert summary.body_structure.type == "application/octet-stream"
    assert summary.has_attachment


def test_and_at_last_the_message_is_one_attachment(pool: RunningPool) -> None:
    trace = b"Plant: exit at full,text,headers\r\n"
    summary = pool.parse(MAIL, trace)
    assert (summary.state, summary.problem) == ("unparsed", "crash")
    part = summary.body_structure
    assert (part.name, part.size, part.body_start, part.body_end) == (
        "message.eml",
        len(MAIL) + len(trace),
        0,
        len(MAIL) + len(trace),
    )
    assert summary.sha256 == pool.store.put(MAIL).sha256


def test_killed_children_are_replaced(pool: RunningPool) -> None:
    wait_until(lambda: len(pool.children()) == 2)
    before = set(pool.children())
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    for _ in range(4):
        assert pool.parse(MAIL).subject == "planted"
    wait_until(lambda: len(pool.children()) == 2 and not before & set(pool.children()))


def test_a_blob_that_is_not_there_is_unavailable_not_lost(pool: RunningPool) -> None:
    with pytest.raises(ParserUnavailable):
        pool.client.parse("0" * 64)


def test_children_are_replaced_after_their_share(tmp_path: Path) -> None:
    running = RunningPool.start(tmp_path, children="1", recycle="3")
    try:
        seen: set[int] = set()
        for _ in range(12):
            assert running.parse(MAIL).state == "parsed"
            seen.update(running.children())
        assert len(seen) >= 3
    finally:
        running.close()


def test_a_full_queue_says_so_and_the_client_waits(tmp_path: Path) -> None:
    running = RunningPool.start(tmp_path, planted=True, children="1", queue="1", seconds="1")
    try:
        impatient = ParserClient(running.socket, timeout=0.6)
        hangs = [
            threading.Thread(target=running.parse, args=(MAIL, b"Plant: sleep at full,text\r\n")) for _ in range(2)
        ]
        for thread in hangs:
            thread.start()
        time.sleep(0.4)
        sha256 = running.store.put(MAIL).sha256
        with pytest.raises(ParserUnavailable):
            impatient.parse(sha256)
        assert running.client.parse(sha256).state == "parsed"
        for thread in hangs:
            thread.join()
        impatient.close()
    finally:
        running.close()


def test_a_second_pool_on_the_same_socket_says_which_setting(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    running = RunningPool.start(tmp_path, children="1")
    try:
        with pytest.raises(ParserUnavailable):
            RunningPool.start_second(running)
        assert "MAIL_PARSER_SOCKET" in capfd.readouterr().err
        assert running.parse(MAIL).state == "parsed"
    finally:
        running.close()


def test_a_stale_socket_is_taken_over_and_a_stop_leaves_none(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(tmp_path / "p.sock"))
    running = RunningPool.start(tmp_path, children="1")
    children = running.children()
    running.close()
    assert running.process.returncode == 0
    assert not (tmp_path / "p.sock").exists()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def test_children_end_when_their_pool_is_killed(tmp_path: Path) -> None:
    running = RunningPool.start(tmp_path, children="2")
    children = running.children()
    running.process.kill()
    running.process.wait()
    running.client.close()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def test_a_child_that_spins_ends_by_itself_when_its_pool_is_killed(tmp_path: Path) -> None:
    running = RunningPool.start(tmp_path, planted=True, children="1", seconds="1")
    children = running.children()
    sha256 = running.store.put(MAIL).sha256
    spinning = threading.Thread(target=_spin, args=(running.socket, sha256))
    spinning.start()
    time.sleep(0.3)
    running.process.kill()
    running.process.wait()
    running.client.close()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), seconds=20)
    spinning.join()


def _spin(path: str, sha256: str) -> None:
    client = ParserClient(path, timeout=1.0)
    with pytest.raises(ParserUnavailable):
        client.parse(sha256, b"Plant: spin at full\r\n")
    client.close()


def test_the_client_survives_a_restart_of_the_pool(tmp_path: Path) -> None:
    first = RunningPool.start(tmp_path, children="1")
    first.process.terminate()
    first.process.wait(10)
    second = RunningPool.start(tmp_path, children="1")
    try:
        assert first.client.parse(second.store.put(MAIL).sha256).subject == "planted"
    finally:
        first.client.close()
        second.close()


@pytest.mark.parametrize(
    "octets",
    [
        LENGTH.pack(2**31),
        LENGTH.pack(3) + b"{}x",
        LENGTH.pack(2) + b"[]",
        LENGTH.pack(100) + b"{",
        b"\x00",
        b"",
    ],
)
def test_nonsense_on_the_socket_ends_that_connection_only(pool: RunningPool, octets: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(pool.socket)
        connection.sendall(octets)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
    assert pool.parse(MAIL).state == "parsed"


@pytest.mark.parametrize(
    "request_object",
    [
        {},
        {"op": "sleep"},
        {"op": "parse", "sha256": "../../etc/passwd"},
        {"op": "parse", "sha256": "0" * 64, "trace": "!"},
    ],
)
def test_requests_outside_the_protocol_are_refused(pool: RunningPool, request_object: dict[str, object]) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(pool.socket)
        connection.sendall(encode_frame(request_object))
        reply = decode_body(connection.recv(frame_length(connection.recv(LENGTH.size))))
    assert reply["error"]["code"] == "failed"
    assert reply["error"]["retryable"] is False
