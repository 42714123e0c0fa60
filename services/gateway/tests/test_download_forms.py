"""Ranges, names and types of downloads (RFC 9110 §14, RFC 6266, RFC 8620 §6.2)."""

import pytest

from contracts.mail import BlobSegment
from services.gateway.blobs import ranges
from services.gateway.blobs.download import cut, plain_size
from services.gateway.blobs.presentation import content_type, disposition


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-", (0, 10)),
        ("bytes=0-0", (0, 1)),
        ("bytes=3-5", (3, 6)),
        ("bytes=3-500", (3, 10)),
        ("bytes=-4", (6, 10)),
        ("bytes=-400", (0, 10)),
        ("bytes=5-3", None),
        ("bytes=-", None),
        ("bytes=0-1,4-5", None),
        ("items=0-1", None),
        ("bytes=0x1-2", None),
        ("bytes=" + "9" * 100 + "-", None),
    ],
)
def test_one_range_is_understood(header: str | None, expected: tuple[int, int] | None) -> None:
    assert ranges.parse(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_range_past_the_end_is_not_satisfiable(header: str) -> None:
    with pytest.raises(ranges.NotSatisfiableError):
        ranges.parse(header, 10)


def test_cutting_segments_keeps_the_bytes_between() -> None:
    stored = "0" * 64
    segments = [BlobSegment(inline=b"0123"), BlobSegment(sha256=stored, offset=100, length=6)]
    assert plain_size(segments) == 10
    assert cut(segments, 2, 7) == [BlobSegment(inline=b"23"), BlobSegment(sha256=stored, offset=100, length=3)]
    assert cut(segments, 5, 6) == [BlobSegment(sha256=stored, offset=101, length=1)]
    assert cut(segments, 0, 4) == [BlobSegment(inline=b"0123")]


def test_the_size_under_an_encoding_is_not_known() -> None:
    assert plain_size([BlobSegment(sha256="0" * 64, length=8, encoding="base64")]) is None


@pytest.mark.parametrize(
    ("name", "plain", "extended"),
    [
        ("note.pdf", "note.pdf", "note.pdf"),
        ("Été 2026.odt", "_t_ 2026.odt", "%C3%89t%C3%A9%202026.odt"),
        ('a"b%41.txt', "a_b_41.txt", "a%22b%2541.txt"),
        ("../../etc/passwd", "etcpasswd", "etcpasswd"),
        ("x\r\nSet-Cookie: a=b", "xSet-Cookie: a=b", "xSet-Cookie%3A%20a%3Db"),
        ("\u202efdp.exe", "fdp.exe", "fdp.exe"),
        ("", "fichier", "fichier"),
        ("..", "fichier", "fichier"),
        ("C:\\Windows\\x.dll", "C:Windowsx.dll", "C%3AWindowsx.dll"),
        ("a\x00b\tc\x7f\x85d.txt", "abcd.txt", "abcd.txt"),
        ("\u2066gpj.\u2069exe\u200b\ufeff", "gpj.exe", "gpj.exe"),
        ("facture.pdf" + " " * 99 + ".exe", "facture.pdf" + " " * 99 + ".exe", "facture.pdf" + "%20" * 99 + ".exe"),
        ("n" * 9_000, "n" * 200, "n" * 200),
        (".htaccess ", "htaccess", "htaccess"),
    ],
)
def test_names_can_do_no_harm(name: str, plain: str, extended: str) -> None:
    assert disposition(name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}"


@pytest.mark.parametrize(
    "active",
    ["text/html", "TEXT/HTML; charset=utf-8", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml",
     "text/javascript", "application/javascript", "application/atom+xml", "message/rfc822", "multipart/mixed",
     "not a type", "", "text/html\r\nX: y", "multipart/x-mixed-replace", "application/x-javascript",
     "text/x-component", "application/x-shockwave-flash", "application/mathml+xml", "text/xsl", "application/hta",
     "application/x-mimearchive", "model/vrml", "x-world/x-vrml", "message/external-body", "image/svg", "text/vbscript",
     "application/x-java-applet"],
)  # fmt: skip
def test_a_page_never_gets_a_type_that_could_run(active: str) -> None:
    assert content_type(active, for_page=True) == "application/octet-stream"


def test_other_clients_get_the_type_they_asked_for() -> None:
    assert content_type("text/html", for_page=False) == "text/html"
    assert content_type("text/plain; charset=iso-8859-1; x=y", for_page=True) == "text/plain; charset=iso-8859-1; x=y"
    assert content_type('text/plain; charset="utf-8"', for_page=True) == 'text/plain; charset="utf-8"'
    assert content_type("image/png; a=b\r\nX: y", for_page=True) == "image/png"
    assert content_type("application/pdf", for_page=True) == "application/pdf"
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    assert content_type(word, for_page=True) == word
