"""The store's own rules, without a database."""

import pytest

from services.mail.domain.addresses import is_mailable
from services.mail.domain.header_faults import header_faults
from services.mail.domain.ids import BlobId, parse_blob_id, to_number
from services.mail.domain.keywords import is_keyword
from services.mail.domain.mailboxes import InvalidNameError, clean_name
from services.mail.domain.search_terms import Term, parse_terms
from services.mail.domain.threading import MAX_REFERENCES, thread_keys
from services.mail.domain.transmitted import travelling_header
from services.mail.tests.store.world import summary


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("deux mots", [Term("deux"), Term("mots")]),
        ('"une phrase" après', [Term("une phrase"), Term("après")]),
        ("'simple quote'", [Term("simple quote")]),
        (r'"a \" b"', [Term('a " b')]),
        ("l'école d'été", [Term("l'école"), Term("d'été")]),
        ("rentr*", [Term("rentr", prefix=True)]),
        ('jamais "fermée', [Term("jamais"), Term('"'), Term("fermée")]),
        ("  ", []),
        ("***", []),
    ],
)
def test_terms_of_a_search(text: str, terms: list[Term]) -> None:
    assert parse_terms(text) == terms


def test_a_search_is_bounded() -> None:
    assert len(parse_terms("mot " * 10_000)) == 20
    assert len(parse_terms("x" * 10_000)[0].text) == 200


@pytest.mark.parametrize("id_", ["", "e", "e0", "e01", "m1", "e-1", "e1x", "e¹", "e" + "9" * 19, None, 3])
def test_what_is_no_email_id(id_: object) -> None:
    assert to_number("e", id_) is None


def test_blob_ids() -> None:
    assert parse_blob_id("B" + "a" * 64) == BlobId(sha256="a" * 64)
    assert parse_blob_id("M12") == BlobId(message=12)
    assert parse_blob_id("P12-2.1") == BlobId(message=12, part="2.1")


@pytest.mark.parametrize("keyword", ["", "a b", "(", "é", 'a"', "a" * 256, None])
def test_what_is_no_keyword(keyword: object) -> None:
    assert not is_keyword(keyword)


@pytest.mark.parametrize("name", ["", "   ", "a\tb", "a\u2028b", "é" * 246])
def test_what_is_no_mailbox_name(name: str) -> None:
    with pytest.raises(InvalidNameError):
        clean_name(name)


@pytest.mark.parametrize(
    ("address", "mailable"),
    [
        ("a@b.example", True),
        ("jean.dupont+x@ac-montpellier.example", True),
        ('"jean dupont"@x.example', True),
        ("élève@école.example", True),
        ("a@localhost", False),
        ("@x.example", False),
        ("a", False),
        ("a@b@c.example", False),
        ("a b@x.example", False),
        ("a@x..example", False),
        ("a@-x.example", False),
        ("a@x.example\r\nRCPT TO:<b@x.example>", False),
        ("a" * 65 + "@x.example", False),
        ("a@" + "x" * 250 + ".example", False),
    ],
)
def test_addresses_that_can_be_written_to(address: str, mailable: bool) -> None:
    assert is_mailable(address) is mailable


def test_bcc_fields_are_taken_out_with_their_folds() -> None:
    header = b"From: a\r\nBCC : x,\r\n y\r\n\tz\r\nTo: Bcc: b\r\nResent-Bcc: q\r\nX-Bcc: stays\r\n\r\n"
    assert travelling_header(header) == b"From: a\r\nTo: Bcc: b\r\nX-Bcc: stays\r\n\r\n"


def test_a_trace_of_the_writer_s_own_is_taken_out_with_its_folds() -> None:
    header = b"Return-Path: <x@y>\r\nReceived : from a\r\n by b;\r\n\tnow\r\nFrom: a\r\nX-Received: stays\r\n\r\n"
    assert travelling_header(header) == b"From: a\r\nX-Received: stays\r\n\r\n"


@pytest.mark.parametrize(
    ("header", "faults"),
    [
        (b"From: a\r\nTo: b,\r\n From: c\r\nReceived: x\r\nReceived: y\r\n\r\n", []),
        (b"From: a\n\n", []),
        (b"From: a\r\nFROM \t: b\r\n\r\n", ["from"]),
        (b"To: a\r\n\r\n", ["from"]),
        (b"From: a\r\nX: b\rFrom: c\r\n\r\n", ["headers"]),
        (b"From: a\r\nno field\r\n\r\n", ["headers"]),
        (b"From x Mon Jan 1 10:00:00 2026\r\nFrom: a\r\n\r\n", ["headers"]),
        (b" From: b\r\nFrom: a\r\n\r\n", ["headers"]),
        (b"From: a\r\n", ["headers"]),
        (b"From: a\r\n" + b" (x)\r\n" * 1_000 + b"\r\n", ["from"]),
        (b"From: a\r\nDate: x\r\ndate: y\r\nSender: a\r\nsender: b\r\n\r\n", ["sender", "sentAt"]),
    ],
)
def test_headers_that_can_be_read_in_two_ways(header: bytes, faults: list[str]) -> None:
    assert header_faults(header, is_all=False) == faults


def test_a_message_of_fields_alone_needs_no_empty_line() -> None:
    assert header_faults(b"From: a\r\nTo: b\r\n", is_all=True) == []


def test_long_references_count_by_their_ends() -> None:
    many = [f"{number}@x" for number in range(1_000)]
    keys = thread_keys(summary(message_id="m@x", references=many))
    assert len(keys) == MAX_REFERENCES + 1
    assert set(thread_keys(summary(message_id="999@x"))) <= set(keys)
    assert set(thread_keys(summary(message_id="0@x"))) <= set(keys)
    assert not set(thread_keys(summary("Autre", message_id="999@x"))) & set(keys)
