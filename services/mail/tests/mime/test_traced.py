"""A message behind its trace is what the parser would have found."""

from typing import Any

import pytest

from services.mail.domain.mime.limits import HEADER_BLOCK_MAX
from services.mail.domain.mime.message import read_message, unparsed_summary
from services.mail.domain.mime.traced import behind_trace
from services.mail.tests.mime.test_message import ORIGINAL, TRACE

PLAIN = (
    b"From: a@x.example\r\nSubject: Salle\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSalle 12 \xc3\xa0 8 h\r\n"
)
FORWARDED = (
    b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nVoir plus bas\r\n"
    b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + ORIGINAL + b"\r\n--b--\r\n"
)


def detail(octets: bytes) -> dict[str, Any]:
    """Without the size of the whole, which the store keeps in a column."""
    return {name: value for name, value in read_message(octets)[0].to_json().items() if name != "size"}


@pytest.mark.parametrize("message", [PLAIN, ORIGINAL, FORWARDED])
def test_it_is_the_same_as_parsing_again(message: bytes) -> None:
    assert behind_trace(detail(message), TRACE) == detail(TRACE + message)


def test_what_was_not_wholly_read_is_left_to_the_parser() -> None:
    assert behind_trace(unparsed_summary(len(PLAIN)).to_json(), TRACE) is None
    assert behind_trace(detail(PLAIN) | {"headers_truncated": True}, TRACE) is None
    assert behind_trace(detail(PLAIN), b"Received: " + b"x" * HEADER_BLOCK_MAX + b"\r\n") is None
