"""The parse request: trace and blob in, a rendition blob and a summary out."""

from __future__ import annotations

from typing import Literal

from chassis.blobs import BlobStore
from services.mail.domain.mime.fit import fit
from services.mail.domain.mime.message import read_headers_only, read_message
from services.mail.domain.mime.summary import ParseSummary
from services.mail.parser.protocol import ParseRequest

Level = Literal["full", "text", "headers"]
"""How much is asked of a child: "full" unless one died on this message."""


def parse(store: BlobStore, request: ParseRequest, level: Level) -> ParseSummary:
    """Raises OSError when the blob cannot be read or the rendition not be written."""
    data = request.trace_octets() + store.read(request.sha256)
    return parse_octets(store, data, request.sha256, level)


def parse_octets(store: BlobStore, data: bytes, sha256: str, level: Level) -> ParseSummary:
    """Summary of `data`, its rendition stored. sha256: of the original."""
    if level == "headers":
        summary = read_headers_only(data)
    else:
        summary, rendition = read_message(data, with_html=level == "full")
        summary.rendition = store.put(rendition.to_bytes()).sha256
    summary.sha256 = sha256
    return fit(summary)
