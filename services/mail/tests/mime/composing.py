"""Drafts composed and read back, for tests."""

from __future__ import annotations

from typing import Any

from services.mail.domain.mime.compose.write_message import Defaults, compose_message
from services.mail.domain.mime.message import read_message
from services.mail.domain.mime.rendition import Rendition
from services.mail.domain.mime.summary import ParseSummary

DEFAULTS = Defaults("<default@x.example>", "2026-11-23T10:00:00+01:00", 10_000_000)


def compose(
    draft: dict[str, Any], values: dict[str, str] | None = None, blobs: dict[str, bytes] | None = None
) -> bytes:
    given_values = values or {}
    return compose_message(
        {**draft, "bodyValues": {part_id: {} for part_id in given_values}},
        lambda part_id: given_values[part_id].encode(),
        lambda blob_id: (blobs or {})[blob_id],
        DEFAULTS,
    )


def read_back(
    draft: dict[str, Any], values: dict[str, str] | None = None, blobs: dict[str, bytes] | None = None
) -> tuple[ParseSummary, Rendition, bytes]:
    data = compose(draft, values, blobs)
    check_transport(data)
    summary, rendition = read_message(data)
    return summary, rendition, data


def check_transport(data: bytes, *, seven_bit: bool = True) -> None:
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    assert data.endswith(b"\r\n")
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    if seven_bit:
        assert data.isascii()
