"""RFC 3501 §7.4.2: ENVELOPE and BODYSTRUCTURE."""

from services.mail.domain.mime.header_block import read_header_block
from services.mail.domain.mime.imap_structure import body_structure, envelope
from services.mail.domain.mime.splitter import split


def test_envelope_of_a_plain_message() -> None:
    fields = read_header_block(
        b"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nSubject: =?utf-8?q?=C3=A9?=\r\n x\r\n"
        b'From: "Dupont, Jean" <j@x.example>\r\nTo: profs: a@x.example;, b@x.example\r\nMessage-ID: <1@x>\r\n\r\n'
    ).fields
    sender = [["Dupont, Jean", None, "j", "x.example"]]
    assert envelope(fields) == [
        "Mon, 23 Nov 2026 10:00:00 +0100",
        "=?utf-8?q?=C3=A9?= x",
        sender,
        sender,
        sender,
        [
            [None, None, "profs", None],
            [None, None, "a", "x.example"],
            [None, None, None, None],
            [None, None, "b", "x.example"],
        ],
        None,
        None,
        None,
        "<1@x>",
    ]


def test_envelope_of_nothing_is_nil() -> None:
    assert envelope([]) == [None] * 10


def test_a_text_part_has_octets_and_lines() -> None:
    data = b'Content-Type: text/plain; charset="utf-8"\r\nContent-ID: <c>\r\n\r\none\r\ntwo\r\n'
    assert body_structure(data, split(data)) == [
        "TEXT", "PLAIN", ["CHARSET", "utf-8"], "<c>", None, "7BIT", 10, 2, None, None, None, None,
    ]  # fmt: skip


def test_a_basic_part_has_no_lines_but_its_disposition_and_language() -> None:
    data = (
        b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Description: un plan\r\n"
        b"Content-Disposition: attachment; filename=a.pdf\r\nContent-Language: fr\r\n"
        b"Content-Location: l\r\n\r\nQQ==\r\n"
    )
    assert body_structure(data, split(data)) == [
        "APPLICATION", "PDF", None, None, "un plan", "BASE64", 6, None,
        ["ATTACHMENT", ["FILENAME", "a.pdf"]], ["fr"], "l",
    ]  # fmt: skip


def test_a_message_part_holds_its_envelope_and_structure() -> None:
    data = b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody\r\n"
    found = body_structure(data, split(data))
    assert found[:7] == ["MESSAGE", "RFC822", None, None, None, "7BIT", 21]
    assert isinstance(found[7], list)
    assert found[7][1] == "in"
    assert found[8] == ["TEXT", "PLAIN", None, None, None, "7BIT", 6, 1, None, None, None, None]
    assert found[9:] == [3, None, None, None, None]


def test_a_multipart_lists_its_children_then_its_subtype() -> None:
    data = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n"
    leaf = ["TEXT", "PLAIN", None, None, None, "7BIT", 1, 0, None, None, None, None]
    assert body_structure(data, split(data)) == [leaf, leaf, "MIXED", ["BOUNDARY", "b"], None, None, None]
