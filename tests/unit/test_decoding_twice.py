"""What mail reads of a part when it comes in is what the gateway streams when it is downloaded, however broken."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.blobs import decoding
from services.mail.domain.mime.transfer import GROUPS_MAX, Encoding, extent_of, undo

LINE = 200
"""Of an endless line, as the gateway's decoder is told here: small, so that examples pass it."""

QUOTED = st.sampled_from(
    [b"=", b"==", b"=C3", b"=A9", b"=4", b"=\n", b"=\r\n", b" ", b"\t", b"\r", b"\n", b"x", "é".encode() * 50]
)
BASE64 = st.sampled_from(
    [b"QUJD", b"QQ==", b"QQ=", b"=", b"A", b"\r\n", b" ", b"-- ", b"une liste", b"\n_____\n", b"\xff"]
)


def streamed(octets: bytes, encoding: Encoding, cut: int) -> bytes:
    extent = extent_of(octets, encoding)
    decoder = decoding.decoder("" if extent.encoding == "identity" else extent.encoding)
    data = octets[: extent.length]
    return b"".join(decoder.feed(data[at : at + cut]) for at in range(0, len(data), cut)) + decoder.end()


@pytest.fixture(scope="module", autouse=True)
def short_lines() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "LONGEST_LINE", LINE)
        yield


@given(st.lists(QUOTED, max_size=80).map(b"".join), st.integers(1, 300))
@settings(max_examples=500)
def test_quoted_printable(octets: bytes, cut: int) -> None:
    assert streamed(octets, "quoted-printable", cut) == undo(octets, "quoted-printable").octets


@given(st.lists(BASE64, max_size=40).map(b"".join), st.integers(1, 300))
@settings(max_examples=500)
def test_base64(octets: bytes, cut: int) -> None:
    assert streamed(octets, "base64", cut) == undo(octets, "base64").octets


@given(st.lists(BASE64, max_size=40).map(b"".join))
def test_what_is_data_stays_data_when_the_rest_is_gone(octets: bytes) -> None:
    extent = extent_of(octets, "base64")
    assert extent_of(octets[: extent.length], extent.encoding) == extent


@pytest.mark.parametrize(
    ("make", "encoding"),
    [
        (lambda: b"=" * 99_999, "quoted-printable"),
        (lambda: b"= \t" * 33_333, "quoted-printable"),
        (lambda: b"=" + b" " * 99_999 + b"\nx", "quoted-printable"),
        (lambda: b"QQ==" * 99_999, "base64"),
        (lambda: b"QQ==\n" * (GROUPS_MAX + 1), "base64"),
    ],
)
def test_floods(make: Callable[[], bytes], encoding: Encoding) -> None:
    assert streamed(make(), encoding, 1_000) == undo(make(), encoding).octets
