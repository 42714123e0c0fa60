"""The listener's conversations, as they stand on the wire."""

import re
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Timer

import pytest

from services.mail.application.intake import Recipient
from services.mail.smtp.bounds import Bounds
from services.mail.tests.flow.wire import JEAN, MARIE, POSTMASTER, Post, post_office

SMALL = Bounds(message_bytes=100_000, line_bytes=2_000, recipients=3, recipient_commands=8, errors=4)
HELLO = """
S: 220 mx.ac.example ESMTP
C: EHLO client.example
S: 250-mx.ac.example
S: 250-SIZE *
S: 250-8BITMIME
S: 250-SMTPUTF8
S: 250-PIPELINING
S: 250 ENHANCEDSTATUSCODES
"""
READY = (
    HELLO
    + """
C: MAIL FROM:<paul@dehors.example>
S: 250 2.1.0 *
C: RCPT TO:<jean@ac.example>
S: 250 2.1.5 *
C: DATA
S: 354 *
"""
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of all the blobs of this module: making one takes thousands of folders."""
    return tmp_path_factory.mktemp("blobs")


@pytest.fixture
def post(folder: Path) -> Iterator[Post]:
    with post_office(folder) as office:
        yield office


@pytest.fixture
def small(folder: Path) -> Iterator[Post]:
    with post_office(folder, SMALL) as office:
        yield office


def test_a_message_is_taken(post: Post) -> None:
    post.talk(
        READY
        + """
C: Subject: Bonjour
C:
C: ..pointe
C: .
S: 250 2.0.0 Accepted as *
C: QUIT
S: 221 2.0.0 *
"""
    )
    assert post.originals == [b"Subject: Bonjour\r\n\r\n.pointe\r\n"]
    (message,) = post.spool.messages
    assert (message.mail_from, message.recipients, message.source) == ("paul@dehors.example", (JEAN,), "127.0.0.1")
    assert re.fullmatch(
        rb"Return-Path: <paul@dehors\.example>\r\n"
        rb"Received: from client\.example \(\[127\.0\.0\.1\]\)\r\n"
        rb"\tby mx\.ac\.example with ESMTP id [0-9a-v]{20};\r\n"
        rb"\t[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000\r\n",
        message.trace,
    )


def test_pipelined_messages_in_one_packet(post: Post) -> None:
    with post.connect() as wire:
        wire.talk(HELLO)
        one = b"MAIL FROM:<>\r\nRCPT TO:<jean@ac.example>\r\nRCPT TO:<marie@ac.example>\r\nDATA\r\n"
        wire.send(one)
        wire.talk("S: 250 2.1.0 *\nS: 250 2.1.5 *\nS: 250 2.1.5 *\nS: 354 *")
        wire.send(b"a\r\n.\r\n" + one)
        wire.talk("S: 250 2.0.0 *\nS: 250 2.1.0 *\nS: 250 2.1.5 *\nS: 250 2.1.5 *\nS: 354 *")
        wire.send(b"b\r\n.\r\nQUIT\r\n")
        wire.talk("S: 250 2.0.0 *\nS: 221 *")
    assert post.originals == [b"a\r\n", b"b\r\n"]
    assert [message.mail_from for message in post.spool.messages] == ["", ""]
    assert post.spool.messages[0].recipients == (JEAN, MARIE)


def test_recipients_by_standing(post: Post) -> None:
    post.talk(
        HELLO
        + """
C: RCPT TO:<jean@ac.example>
S: 503 5.5.1 *
C: MAIL FROM:<paul@dehors.example> BODY=8BITMIME SIZE=1000 RET=HDRS ENVID=x1
S: 250 2.1.0 *
C: RCPT TO:<inconnu@ac.example>
S: 550 5.1.1 *
C: RCPT TO:<nouveau@ac.example>
S: 451 4.3.0 *
C: RCPT TO:<panne@ac.example>
S: 451 4.3.0 *
C: RCPT TO:<parti@ac.example>
S: 550 5.2.1 *
C: RCPT TO:<pleine@ac.example>
S: 452 4.2.2 *
C: RCPT TO:<autre@ailleurs.example>
S: 550 5.7.1 *
C: DATA
S: 554 5.5.1 *
C: RCPT TO:<postmaster> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;postmaster@ac.example
S: 250 2.1.5 *
C: RCPT TO:<@relais.example:jean@ac.example>
S: 250 2.1.5 *
C: DATA
S: 354 *
C: .
S: 250 2.0.0 *
"""
    )
    assert post.spool.messages[0].recipients == (POSTMASTER, Recipient("jean@ac.example", "a1"))


def test_syntax(post: Post) -> None:
    post.talk(
        """
S: 220 *
C: MAIL FROM:<a@b.example>
S: 503 5.5.1 *
C: EHLO
S: 501 5.5.4 *
C: HELO client
S: 250 mx.ac.example
C: MAIL TO:<a@b.example>
S: 501 5.5.4 *
C: MAIL FROM:<a b@c>
S: 553 5.1.7 *
C: MAIL FROM:<a@b.example> BODY=9BIT
S: 501 5.5.4 *
C: MAIL FROM:<a@b.example> HOLDFOR=3
S: 555 5.5.4 *
C: MAIL FROM:<a@b.example> SIZE=26214401
S: 552 5.3.4 *
C| MAIL FROM:<\\xc3\\xa9l\\xc3\\xa8ve@b.example>\\r\\n
S: 553 5.6.7 *
C| MAIL FROM:<\\xc3\\xa9l\\xc3\\xa8ve@b.example> SMTPUTF8\\r\\n
S: 250 2.1.0 *
C: MAIL FROM:<a@b.example>
S: 503 5.5.1 *
C: RSET
S: 250 2.0.0 *
C: NOOP whatever
S: 250 2.0.0 *
C: VRFY jean
S: 252 2.1.5 *
C: EXPN tous
S: 502 5.5.1 *
C: STARTTLS
S: 502 5.5.1 *
C: GET / HTTP/1.1
S: 500 5.5.2 *
C: QUIT
S: 221 2.0.0 *
"""
    )


def test_an_unforeseen_error_is_451_without_its_text(post: Post) -> None:
    with post.connect() as wire:
        wire.talk(HELLO + "C: MAIL FROM:<>\nS: 250 *\nC: RCPT TO:<faute@ac.example>")
        assert wire.expect("451 4.3.0 *").find("secret") < 0
        wire.talk("C: NOOP\nS: 250 *")


@pytest.mark.parametrize("end", [r"\n.\n", r"\n.\r\n", r"\r\n.\n", r"\r.\r", r"\r\n.\r", r"\r.\r\n"])
def test_no_second_message_can_be_smuggled_in(post: Post, end: str) -> None:
    post.talk(
        READY
        + f"""
C| one{end}MAIL FROM:<forged@ac.example>\\r\\nRCPT TO:<jean@ac.example>\\r\\nDATA\\r\\ntwo\\r\\n.\\r\\n
S: 250 2.0.0 *
C: QUIT
S: 221 *
"""
    )
    assert len(post.spool.messages) == 1
    assert b"MAIL FROM:<forged@ac.example>" in post.originals[0]


def test_disk_full_is_451_and_nothing_is_promised(post: Post) -> None:
    with post.connect() as wire:
        post.disk.full = True
        wire.talk(READY + "C: a\nC: .\nS: 451 4.3.0 *")
        assert post.spool.messages == []
        post.disk.full = False
        wire.talk(
            "C: MAIL FROM:<>\nS: 250 *\nC: RCPT TO:<jean@ac.example>\nS: 250 *\nC: DATA\nS: 354 *\nC: a\nC: .\nS: 250 *"
        )
    assert post.originals == [b"a\r\n"]


def test_spool_refusing_is_451(post: Post) -> None:
    post.spool.fail = True
    post.talk(READY + "C: a\nC: .\nS: 451 4.3.0 *\nC: QUIT\nS: 221 *")


def test_half_closed_client_still_gets_its_reply(post: Post) -> None:
    with post.connect() as wire:
        wire.talk(READY)
        wire.send(b"a\r\n.\r\n")
        wire.connection.shutdown(socket.SHUT_WR)
        wire.expect("250 2.0.0 *")
        wire.expect_end()
    assert post.originals == [b"a\r\n"]


def test_half_close_inside_data_keeps_nothing(post: Post) -> None:
    with post.connect() as wire:
        wire.talk(READY)
        wire.send(b"a" * 300_000 + b"\r\n")
        wire.connection.shutdown(socket.SHUT_WR)
        wire.expect_end()
    assert post.spool.messages == []
    assert not list((post.blobs.path("0" * 64).parents[1] / "incoming").iterdir())


def test_client_that_leaves_during_the_commit_does_not_stop_it(post: Post) -> None:
    post.spool.hold = Event()
    with post.connect() as wire:
        wire.talk(READY)
        wire.send(b"a\r\n.\r\n")
        assert post.spool.begun.wait(5)
        wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    post.spool.hold.set()
    _until(lambda: len(post.spool.messages) == 1)


def test_size_counts_for_data_without_any_crlf(small: Post) -> None:
    with small.connect() as wire:
        wire.talk(READY)
        for _ in range(50):
            wire.send(b"x" * 10_000)
        wire.talk("C| \\r\\n.\\r\\n\nS: 552 5.3.4 *\nC: NOOP\nS: 250 *")
    assert small.spool.messages == []


def test_a_client_that_never_ends_is_cut(folder: Path) -> None:
    with post_office(folder, replace(SMALL, drained_bytes=200_000)) as post, post.connect() as wire:
        wire.talk(READY)
        with pytest.raises(ConnectionError):
            for _ in range(2_000):
                wire.send(b"x" * 10_000)


def test_bounds_of_lines_hops_recipients_and_errors(small: Post) -> None:
    with small.connect() as wire:
        wire.talk(READY)
        wire.send(b"x" * 2_001 + b"\r\n.\r\n")
        wire.expect("554 5.6.0 *")
        wire.talk("C: MAIL FROM:<>\nS: 250 *\nC: RCPT TO:<jean@ac.example>\nS: 250 *\nC: DATA\nS: 354 *")
        wire.send(b"Received: x\r\n" * 51 + b"\r\n.\r\n")
        wire.expect("554 5.4.6 *")
        wire.talk("C: " + "x" * 5_000 + "\nS: 500 5.5.2 *\nC: NOOP\nS: 250 *")
    with small.connect() as wire:
        wire.talk(HELLO + "C: MAIL FROM:<>\nS: 250 *")
        for _ in range(4):
            wire.talk("C: RCPT TO:<inconnu@ac.example>\nS: 550 *")
        wire.talk("C: RCPT TO:<inconnu@ac.example>\nS: 550 *\nS: 421 4.7.0 *")
        wire.expect_end()


def test_recipients_beyond_the_bound_are_put_off(folder: Path) -> None:
    with post_office(folder, replace(SMALL, recipients=1)) as post, post.connect() as wire:
        wire.talk(HELLO + "C: MAIL FROM:<>\nS: 250 *\nC: RCPT TO:<jean@ac.example>\nS: 250 *")
        for _ in range(7):
            wire.talk("C: RCPT TO:<marie@ac.example>\nS: 452 4.5.3 *")
        wire.talk("C: RCPT TO:<marie@ac.example>\nS: 421 4.7.0 *")
        wire.expect_end()


def test_sessions_of_one_source_are_bounded(folder: Path) -> None:
    with post_office(folder, replace(SMALL, sessions_per_source=2)) as post:
        with post.connect() as one, post.connect() as two:
            one.expect("220 *")
            two.expect("220 *")
            post.talk("S: 421 4.7.0 *")
        _until(lambda: post.listener.sessions == 0)
        post.talk("S: 220 *")


def test_idle_clients_are_told_and_cut(folder: Path) -> None:
    with post_office(folder, replace(SMALL, idle_seconds=0.2, data_block_seconds=0.2)) as post:
        with post.connect() as wire:
            wire.talk("S: 220 *\nS: 421 4.4.2 *")
            wire.expect_end()
        with post.connect() as wire:
            wire.talk(READY + "S: 421 4.4.2 *")
            wire.expect_end()


def test_slow_but_steady_data_is_cut_in_the_end(folder: Path) -> None:
    with post_office(folder, replace(SMALL, data_seconds=0.5)) as post, post.connect() as wire:
        wire.talk(READY)
        begun = time.monotonic()
        with pytest.raises(ConnectionError):
            while time.monotonic() - begun < 5:
                wire.send(b"x\r\n")
                time.sleep(0.05)
        assert time.monotonic() - begun < 2


def test_stopping_finishes_the_commit_under_way(folder: Path) -> None:
    with post_office(folder) as post:
        post.spool.hold = Event()
        wire = post.connect()
        wire.talk(READY)
        wire.send(b"a\r\n.\r\n")
        assert post.spool.begun.wait(5)
        Timer(0.3, post.spool.hold.set).start()
    with wire:
        wire.expect("250 2.0.0 *")
    assert len(post.spool.messages) == 1


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end, "did not happen in 5 s"
        time.sleep(0.01)
