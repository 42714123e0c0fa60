"""Content-transfer-encodings taken off in arbitrary pieces give what they give in one."""

import base64
import quopri
import random
from itertools import pairwise

import pytest

from services.gateway.blobs.decoding import decoder


def decode(encoding: str, data: bytes, cuts: list[int]) -> bytes:
    decoding = decoder(encoding)
    edges = [0, *sorted(cuts), len(data)]
    pieces = [decoding.feed(data[start:end]) for start, end in pairwise(edges)]
    return b"".join(pieces) + decoding.end()


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", ""])
def test_any_cut_gives_the_same_bytes(encoding: str) -> None:
    source = random.Random(7)
    plain = source.randbytes(3_001)
    encoded = {"base64": base64.encodebytes(plain), "quoted-printable": quopri.encodestring(plain), "": plain}[encoding]
    encoded = encoded.replace(b"\n", b"\r\n") if encoding == "base64" else encoded
    for _ in range(50):
        cuts = [source.randrange(len(encoded)) for _ in range(source.randrange(8))]
        assert decode(encoding, encoded, cuts) == plain


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (b"QUJD\r\nREVG", b"ABCDEF"),
        (b"QU!J D\x00", b"ABC"),
        (b"QQ==QQ==", b"AA"),
        (b"QUI", b"AB"),
        (b"Q", b""),
        (b"", b""),
        (b"====", b""),
        (b"QUI=\r\nQUI=\r\n", b"ABAB"),
    ],
)
def test_broken_base64_gives_what_can_be_read(data: bytes, plain: bytes) -> None:
    for cut in range(len(data) + 1):
        assert decode("base64", data, [cut]) == plain


@pytest.mark.parametrize(
    ("data", "plain"),
    [(b"a=\r\nb", b"ab"), (b"=C3=A9\r\n", b"\xc3\xa9\r\n"), (b"100 =\r\n%", b"100 %"), (b"=ZZ", b"=ZZ")],
)
def test_quoted_printable(data: bytes, plain: bytes) -> None:
    for cut in range(len(data) + 1):
        assert decode("quoted-printable", data, [cut]) == plain


def test_an_endless_line_is_not_kept_waiting() -> None:
    decoding = decoder("quoted-printable")
    fed = [decoding.feed(b"=41" * 10_001) for _ in range(10)]
    assert len(b"".join(fed)) > 50_000
    assert b"".join(fed) + decoding.end() == b"A" * 100_010
