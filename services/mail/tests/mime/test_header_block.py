"""RFC 5322 §2.2: header blocks, whole and broken."""

from services.mail.domain.mime.header_block import Field, last_value, read_header_block, unfold
from services.mail.domain.mime.limits import HEADER_BLOCK_MAX


def test_fields_keep_their_octets_and_folding() -> None:
    data = b"Subject: one\r\n two\r\nX-A:\tb \r\n\r\nbody"
    block = read_header_block(data)
    assert block.fields == [Field(b"Subject", b" one\r\n two"), Field(b"X-A", b"\tb ")]
    assert data[block.end :] == b"body"


def test_bare_line_feeds_end_lines_too() -> None:
    block = read_header_block(b"A: 1\nB: 2\n\nbody")
    assert block.fields == [Field(b"A", b" 1"), Field(b"B", b" 2")]
    assert block.end == 11


def test_a_line_that_is_no_field_begins_the_body_and_is_shown() -> None:
    data = b"Subject: a\r\nHello everybody,\r\nFrom: is not a field here\r\n"
    block = read_header_block(data)
    assert [field.name for field in block.fields] == [b"Subject"]
    assert data[block.end :].startswith(b"Hello")


def test_mailbox_lines_are_passed_over_wherever_they_stand() -> None:
    block = read_header_block(b"Received: x\r\nFrom a@b.example  Thu Aug 22 13:17:22 2002\r\n>From c\r\nTo: d\r\n\r\n")
    assert [field.name for field in block.fields] == [b"Received", b"To"]


def test_space_before_the_colon_is_obsolete_but_read() -> None:
    assert read_header_block(b"Subject : x\r\n\r\n").fields == [Field(b"Subject", b" x")]


def test_an_empty_block_is_a_body_at_once() -> None:
    block = read_header_block(b"\r\nbody")
    assert (block.fields, block.end) == ([], 2)


def test_a_message_without_a_body_ends_with_its_fields() -> None:
    block = read_header_block(b"A: 1\r\nB: 2")
    assert block.fields == [Field(b"A", b" 1"), Field(b"B", b" 2")]
    assert block.end == 10


def test_a_block_over_the_bound_is_cut_but_its_body_found() -> None:
    data = b"X-Long: " + b"a" * 70 + b"\r\n" + b"X: y\r\n" * (HEADER_BLOCK_MAX // 6) + b"\r\nthe body"
    block = read_header_block(data)
    assert block.truncated
    assert data[block.end :] == b"the body"


def test_one_field_over_the_bound_hides_nothing() -> None:
    data = b"A: 1\r\nB: " + b"x" * (HEADER_BLOCK_MAX + 10) + b"\r\n\r\nbody"
    block = read_header_block(data)
    assert [field.name for field in block.fields] == [b"A"]
    assert block.truncated
    assert data[block.end :] == b"body"


def test_the_last_field_of_a_name_is_the_one_shown() -> None:
    fields = read_header_block(b"Subject: a\r\nSUBJECT: b\r\n\r\n").fields
    assert last_value(fields, b"subject") == b" b"


def test_unfolding_takes_line_ends_out_and_keeps_the_space() -> None:
    assert unfold(b" a\r\n b\r\n\tc ") == b"a b\tc"
