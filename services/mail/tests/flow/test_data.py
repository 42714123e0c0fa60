"""DATA as it is stored: where a message ends, and what becomes of stray CR and LF."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mail.smtp.data import DataDecoder, normalised, stuffed


def decode(wire: bytes, cuts: list[int] | None = None) -> tuple[bytes, bytes, bool]:
    decoder, message, rest = DataDecoder(), b"", b""
    edges = sorted({min(cut, len(wire)) for cut in cuts or []} | {0, len(wire)})
    for start, end in itertools.pairwise(edges):
        if decoder.finished:
            rest += wire[start:end]
            continue
        part, rest = decoder.feed(wire[start:end])
        message += part
    return message, rest, decoder.finished


@pytest.mark.parametrize(
    ("wire", "message", "rest"),
    [
        (b".\r\nQUIT\r\n", b"", b"QUIT\r\n"),
        (b"a\r\n.\r\n", b"a\r\n", b""),
        (b"a\r\n..\r\n.\r\n", b"a\r\n.\r\n", b""),
        (b"..a\r\n.b\r\n.\r\n", b".a\r\nb\r\n", b""),
        (b"a\nb\rc\r\r\nd\r\n.\r\nNOOP", b"a\r\nb c \r\nd\r\n", b"NOOP"),
        (b"a\r\n.\rb\r\n.\r\n", b"a\r\n b\r\n", b""),
        (b"\0\xff\r\n.\r\n", b"\0\xff\r\n", b""),
    ],
)
def test_what_is_stored(wire: bytes, message: bytes, rest: bytes) -> None:
    assert decode(wire) == (message, rest, True)


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\n\n.\r\n", b"\r\r\n.\n"])
def test_only_crlf_dot_crlf_ends_a_message(end: bytes) -> None:
    message, rest, finished = decode(b"a" + end + b"MAIL FROM:<x@y>\r\n")
    assert not finished
    assert rest == b""
    assert b"MAIL FROM:<x@y>" in message


NASTY = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"..", b"a", b"\0"]), max_size=30).map(b"".join)


@given(message=NASTY, cuts=st.lists(st.integers(0, 80), max_size=10))
def test_any_message_arrives_normalised_however_it_is_cut(message: bytes, cuts: list[int]) -> None:
    assert decode(stuffed(message) + b"QUIT", cuts) == (normalised(message), b"QUIT", True)


@given(wire=NASTY, cuts=st.lists(st.integers(0, 80), max_size=10))
def test_cutting_the_stream_changes_nothing(wire: bytes, cuts: list[int]) -> None:
    assert decode(wire + b"\r\n.\r\n", cuts) == decode(wire + b"\r\n.\r\n")


@given(message=NASTY)
def test_what_is_stored_has_no_stray_cr_or_lf(message: bytes) -> None:
    stored = decode(stuffed(message))[0]
    assert not {10, 13} & set(stored.replace(b"\r\n", b""))


@given(message=NASTY, cuts=st.lists(st.integers(0, 80), max_size=10))
def test_the_longest_line_is_known(message: bytes, cuts: list[int]) -> None:
    decoder, wire = DataDecoder(), stuffed(message)
    edges = sorted({min(cut, len(wire)) for cut in cuts} | {0, len(wire)})
    for start, end in itertools.pairwise(edges):
        decoder.feed(wire[start:end])
    assert decoder.longest_line == max(map(len, normalised(message).split(b"\r\n")))
