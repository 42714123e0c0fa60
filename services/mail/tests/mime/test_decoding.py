"""Charsets, transfer encodings, encoded words and parameters, as real mailers write them."""

import base64
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail.domain.mime.charsets import codec_of, decode_text
from services.mail.domain.mime.encoded_words import decode_words
from services.mail.domain.mime.parameters import media_type, parameter_octets, parameter_text, read_structured
from services.mail.domain.mime.transfer import extent_of, measure, read_encoding, undo


@pytest.mark.parametrize(
    ("octets", "charset", "text", "problem"),
    [
        (b"caf\xc3\xa9", "utf-8", "café", False),
        (b"caf\xe9 \x80", "iso-8859-1", "café €", False),
        (b"caf\xe9", "utf-8", "café", True),
        (b"caf\xc3\xa9 \xe9", "utf-8", "café \ufffd", True),
        (b"caf\xe9", None, "café", True),
        (b"caf\xc3\xa9", None, "café", True),
        (b"caf\xc3\xa9", "us-ascii", "café", True),
        (b"cafe", None, "cafe", False),
        (b"caf\xe9", "x-unknown", "café", True),
        (b"caf\xe9", "unicode_escape", "café", True),
        (b"caf\xe9", "punycode", "café", True),
        (b"\xc4\xe3\xba\xc3", "gb2312", "你好", False),
        (b"\x1b$B$3\x1b(B", "iso-2022-jp", "こ", False),
        (b"+AOk-", "utf-7", "é", False),
        (b"\xef\xbb\xbfcaf\xc3\xa9", "iso-8859-1", "café", False),
        (b"\xff\xfec\x00", "us-ascii", "c", False),
        (b"a\x00b", "utf-8", "a\ufffdb", False),
        (b"+2AA-", "utf-7", "\ufffd", False),
        (b"\x81\x9d", "windows-1252", "\x81\x9d", False),
        (b"caf\x8e", "macintosh", "café", False),
    ],
)
def test_text_is_decoded_or_guessed_and_says_so(octets: bytes, charset: str | None, text: str, problem: bool) -> None:
    assert decode_text(octets, charset) == (text, problem)


def test_html_without_a_charset_may_name_it_itself() -> None:
    octets = b'<meta http-equiv=Content-Type content="text/html; charset=koi8-r"><p>\xf0\xd2\xc9'
    assert decode_text(octets, None, html=True).text.endswith("При")


def test_only_charsets_are_codecs() -> None:
    for name in ("rot13", "base64", "zip", "idna", "punycode", "undefined", "mbcs", "raw_unicode_escape", "../x", ""):
        assert codec_of(name) is None


@pytest.mark.parametrize(
    ("octets", "decoded", "problem"),
    [
        (base64.b64encode(b"Bonjour"), b"Bonjour", False),
        (b"Qm9u\r\nam91cg==\r\n", b"Bonjour", False),
        (b"Qm9uam91cg", b"Bonjour", False),
        (b"Qm9u!am91*cg==", b"Bonjour", True),
        (b"Qm9uam91cg==QQ==", b"BonjourA", False),
        (b"Qm9uam91cg==\r\n-- \r\nfooter of a list", b"Bonjour", True),
        (b"Qm9uam91\r\n___\r\nA list of people\r\nQUJD", b"Bonjou", True),
        (b"Tout simplement du texte.\r\n", b"Tout simplement du texte.\r\n", True),
        (b"Qm9uam91c", b"Bonjou", True),
        (b"", b"", False),
        (b"====", b"", False),
    ],
)
def test_base64_gives_what_it_holds(octets: bytes, decoded: bytes, problem: bool) -> None:
    assert undo(octets, "base64") == (decoded, problem)


@pytest.mark.parametrize(
    ("octets", "decoded", "problem"),
    [
        (b"caf=C3=A9", b"caf\xc3\xa9", False),
        (b"a=\r\nb", b"ab", False),
        (b"a=  \r\nb", b"ab", False),
        (b"a=3d=3D", b"a==", False),
        (b"100% = =ZZ", b"100% = =ZZ", True),
        (b"end=", b"end", False),
    ],
)
def test_quoted_printable_gives_what_it_holds(octets: bytes, decoded: bytes, problem: bool) -> None:
    assert undo(octets, "quoted-printable") == (decoded, problem)


def test_unknown_transfer_encodings_are_taken_as_they_are() -> None:
    assert read_encoding("x-uuencode") == ("identity", True)
    assert read_encoding(" BASE64 ") == ("base64", False)
    assert read_encoding("8-bit") == ("identity", False)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?q?a_b?= =?utf-8?q?_c?=", "a b c"),
        ("=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b"),
        ("=?utf-8?b?w6k=?==?utf-8?b?w6k=?=", "éé"),
        ("=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "€"),
        ("=?x-none?q?a?=", "=?x-none?q?a?="),
        ("=?utf-8?x?a?=", "=?utf-8?x?a?="),
        ("=?iso-8859-1?Q?=C7a va??=", "Ça va?"),
        ("=?utf-8*fr?q?=C3=A9?=", "é"),
        ("=?utf-8?q?unclosed", "=?utf-8?q?unclosed"),
        ("=?utf-8?q?a?=\t=?iso-8859-1?q?=E9?=", "aé"),
    ],
)
def test_encoded_words_rfc_2047(written: str, read: str) -> None:
    assert decode_words(written) == read


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b'attachment; filename="a b.pdf"', "a b.pdf"),
        (b"attachment; filename=a b.pdf; x=y", "a b.pdf"),
        (b"attachment; filename*=utf-8''%C3%A9t%C3%A9.pdf; filename=ete.pdf", "été.pdf"),
        (b"attachment; filename*=iso-8859-1'fr'%E9t%E9.pdf", "été.pdf"),
        (b"attachment; filename*0*=utf-8''%C3%A9; filename*1=\"t%.pdf\"; filename*2*=%21", "ét%.pdf!"),
        (b"attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        (b'attachment; filename="=?utf-8?q?=C3=A9t=C3=A9=2Epdf?="', "été.pdf"),
        (b'attachment; filename="\xe9t\xe9.pdf"', "été.pdf"),
        (b'attachment (a; b); filename (c) = "x(1).pdf"', "x(1).pdf"),
        (b'attachment; filename="C:\\\\a\\"b.pdf"', 'C:\\a"b.pdf'),
        (b'attachment; filename="unclosed.pdf', "unclosed.pdf"),
        (b"attachment; filename*=x-none'fr'%41", "A"),
        (b"attachment; filename*=utf-8''%E2%80%AEfdp.exe", "fdp.exe"),
        (b'attachment; filename="a\r\n\tb.pdf"', "ab.pdf"),
        (b"attachment; filename=", None),
        (b"attachment", None),
    ],
)
def test_parameters_rfc_2231_and_its_neighbours(field: bytes, name: str | None) -> None:
    assert parameter_text(read_structured(field), "filename") == name


def test_names_are_bounded() -> None:
    assert len(parameter_text(read_structured(b"a; filename=" + b"x" * 9_000), "filename") or "") == 255


@pytest.mark.parametrize(
    ("field", "main"),
    [
        (b" Text/HTML; charset=x", "text/html"),
        (b" text/html", "text/html"),
        (b" text", "text/plain"),
        (b" ; charset=x", "text/plain"),
        (b" a/b/c", "text/plain"),
        (b" application/vnd.oasis.opendocument.text;", "application/vnd.oasis.opendocument.text"),
        (None, "message/rfc822"),
    ],
)
def test_media_types_that_cannot_be_read_are_plain_text_rfc_2045_5_2(field: bytes | None, main: str) -> None:
    assert media_type(field, "message/rfc822").main == main


def test_a_boundary_may_be_continued_rfc_2231() -> None:
    found = read_structured(b'multipart/mixed; boundary*0="ab"; boundary*1="cd"')
    assert parameter_octets(found, "boundary") == "abcd"


@pytest.mark.parametrize(
    "bomb", [b'a;b="\\' * 5_000, b"a;" * 8_000, b"a;b*0=" * 3_000, b"(" * 16_000, b'"' * 16_000, b"a;b*9999*=x" * 2_000]
)
def test_parameter_bombs_take_linear_time(bomb: bytes) -> None:
    started = time.process_time()
    read_structured(bomb)
    assert time.process_time() - started < 0.5


@given(
    st.lists(
        st.sampled_from([b"QUJD", b"QQ==", b"A", b"=", b"\r\n", b" ", b"-- ", b"liste de mots\n", b"\xe9"]), max_size=30
    )
)
@settings(max_examples=300)
def test_what_is_measured_is_what_would_be_decoded(pieces: list[bytes]) -> None:
    octets = b"".join(pieces)
    undone = undo(octets, "base64")
    assert measure(octets, "base64") == (extent_of(octets, "base64"), len(undone.octets), undone.problem)
