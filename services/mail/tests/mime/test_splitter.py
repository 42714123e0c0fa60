"""RFC 2046: bodies cut into parts by offsets, whatever the boundaries do."""

import time
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail.domain.mime.limits import DEPTH_MAX, PARTS_MAX
from services.mail.domain.mime.splitter import Part, split, split_headers


def walk(part: Part) -> Iterator[Part]:
    yield part
    for child in part.children:
        yield from walk(child)
    if part.message is not None:
        yield from walk(part.message)


def mixed(body: bytes, boundary: bytes = b"b") -> bytes:
    return b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n' + body


def bodies(data: bytes) -> list[bytes]:
    return [data[part.body_start : part.body_end] for part in walk(split(data)) if not part.is_multipart]


def test_the_line_end_before_a_delimiter_is_not_content() -> None:
    assert bodies(mixed(b"--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n\r\n--b--\r\n")) == [b"one", b"two\r\n"]


def test_offsets_lead_to_header_block_and_body() -> None:
    data = mixed(b"--b\r\nContent-Type: text/html\r\n\r\n<p>\r\n--b--\r\n")
    (child,) = split(data).children
    assert data[child.header_start : child.body_start] == b"Content-Type: text/html\r\n\r\n"
    assert data[child.body_start : child.body_end] == b"<p>"


def test_preamble_and_epilogue_are_no_parts() -> None:
    assert bodies(mixed(b"preamble\r\n--b\r\n\r\none\r\n--b--\r\nepilogue\r\n--b\r\n\r\nx\r\n")) == [b"one"]


def test_a_missing_closing_delimiter_ends_with_the_message() -> None:
    assert bodies(mixed(b"--b\r\n\r\none\r\n--b\r\n\r\ntwo")) == [b"one", b"two"]


def test_delimiters_may_have_trailing_space_but_nothing_else() -> None:
    assert bodies(mixed(b"--b  \r\n\r\none\r\n--bc\r\n--b-\r\n--b-- \t\r\n")) == [b"one\r\n--bc\r\n--b-"]


def test_a_marker_within_a_line_is_content() -> None:
    assert bodies(mixed(b"--b\r\n\r\nx --b\r\ny\r\n--b--")) == [b"x --b\r\ny"]


def test_a_multipart_without_a_boundary_is_shown_as_text() -> None:
    root = split(b"Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n")
    assert (root.media.main, root.children, root.section) == ("text/plain", [], "1")
    assert root.encoding_unknown


def test_a_boundary_that_never_comes_leaves_text() -> None:
    assert bodies(mixed(b"hello")) == [b"hello"]
    assert split(mixed(b"hello")).media.main == "text/plain"


def test_a_parent_delimiter_ends_the_child() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n\r\nplain\r\n"
    root = split(mixed(b"--b\r\n" + inner + b"--b\r\n\r\nnext\r\n--b--\r\n"))
    assert [part.section for part in walk(root)] == ["", "1", "1.1", "2"]


def test_a_child_with_its_parents_boundary_holds_nothing() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    root = split(mixed(b"--b\r\n" + inner + b"--b\r\n\r\nx\r\n--b--\r\n"))
    assert [part.media.main for part in walk(root)] == ["multipart/mixed", "text/plain", "text/plain"]


def test_consecutive_delimiters_are_one() -> None:
    assert bodies(mixed(b"--b\r\n--b\r\n\r\none\r\n--b--")) == [b"one"]


def test_bare_line_feeds_are_line_ends() -> None:
    data = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/html\n\ntwo\n--b--\n"
    assert bodies(data) == [b"one", b"two"]


def test_parts_of_a_digest_are_messages_rfc_2046_5_1_5() -> None:
    root = split(b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: in\r\n\r\nbody\r\n--b--\r\n")
    (child,) = root.children
    assert child.media.main == "message/rfc822"
    assert child.message is not None
    assert child.message.fields[0].value == b" in"


def test_a_message_in_a_message_is_taken_apart_by_sections() -> None:
    inner = mixed(b"--i\r\n\r\none\r\n--i\r\n\r\ntwo\r\n--i--\r\n", b"i")
    root = split(mixed(b"--b\r\n\r\nx\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n"))
    message = root.children[1].message
    assert message is not None
    assert [part.section for part in message.children] == ["1", "2"]


def nested(depth: int) -> bytes:
    head = b"".join(b'Content-Type: multipart/mixed; boundary="n%d"\r\n\r\n--n%d\r\n' % (n, n) for n in range(depth))
    return head + b"\r\ndeepest\r\n"


def test_depth_is_bounded_and_the_rest_kept_whole() -> None:
    data = nested(200)
    parts = list(walk(split(data)))
    assert len(parts) == DEPTH_MAX + 1
    assert parts[-1].unparsed
    assert parts[-1].media.main == "application/octet-stream"
    assert data[parts[-1].body_start : parts[-1].body_end].endswith(b"deepest\r\n")


def test_parts_are_bounded_and_the_rest_is_one_attachment() -> None:
    data = mixed(b"".join(b"--b\r\n\r\npart %d\r\n" % n for n in range(10_000)) + b"--b--\r\n")
    parts = list(walk(split(data)))
    assert len(parts) == PARTS_MAX
    assert parts[-1].unparsed
    assert data[parts[-1].body_start : parts[-1].body_end].rstrip().endswith(b"part 9999\r\n--b--")


def test_parts_are_bounded_over_the_whole_tree() -> None:
    comb = b"".join(
        b'--o\r\nContent-Type: multipart/mixed; boundary="i%d"\r\n\r\n' % n
        + b"".join(b"--i%d\r\n\r\nx\r\n" % n for _ in range(50))
        for n in range(100)
    )
    assert len(list(walk(split(mixed(comb, b"o"))))) <= PARTS_MAX + 1


def test_headers_alone_can_be_read() -> None:
    root = split_headers(b"Subject: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--")
    assert root.fields[0].name == b"Subject"
    assert root.unparsed
    assert not root.children


def test_delimiter_floods_take_linear_time() -> None:
    started = time.process_time()
    split(mixed(b"--b\n" * 2_000_000))
    split(mixed(b"--b" * 2_000_000))
    split(mixed(b"\n--b x" * 1_000_000))
    split(nested(30) + b"--n1 " * 1_000_000)
    assert time.process_time() - started < 6.0


PIECES = st.sampled_from(
    [
        *(b"\r\n", b"\n", b"\r", b"--a", b"--b", b"--", b" ", b"\t", b":", b"x", b"\x00", b"\xe9", b'"', b"("),
        *(b"Content-Type: ", b"Subject: ", b"From a@b\r\n", b"Content-Transfer-Encoding: base64\r\n", b"\r\n\r\n"),
        *(b"multipart/mixed; boundary=a", b"multipart/digest; boundary=b", b"message/rfc822", b"text/plain"),
        b"=?utf-8?b?w6k=?=",
    ]
)


@given(st.lists(PIECES, max_size=60).map(b"".join))
@settings(max_examples=400, deadline=None)
def test_any_octets_give_a_tree_whose_offsets_nest(data: bytes) -> None:
    def check(part: Part, low: int, high: int) -> None:
        assert low <= part.header_start <= part.body_start <= part.body_end <= high
        position = part.body_start
        for child in part.children:
            check(child, position, part.body_end)
            position = child.body_end
        if part.message is not None:
            check(part.message, part.body_start, part.body_end)

    check(split(data), 0, len(data))
