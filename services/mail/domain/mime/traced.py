"""What the parser found in a message that was composed here, for the same message behind the trace of its delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.mail.domain.mime.header_block import read_header_block
from services.mail.domain.mime.limits import HEADER_BLOCK_MAX

_OFFSETS = ("headerStart", "bodyStart", "bodyEnd")


def behind_trace(detail: Mapping[str, Any], trace: bytes) -> dict[str, Any] | None:
    """`detail`: ParseSummary as JSON (rows.EmailRow.detail). None where the parser has to look again, since it has not
    read all of the message or would not read all of it behind the trace."""
    structure = detail["body_structure"]
    if detail["state"] != "parsed" or detail.get("headers_truncated"):
        return None
    if structure["bodyStart"] + len(trace) > HEADER_BLOCK_MAX:
        return None
    fields = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in read_header_block(trace).fields]
    moved = _moved(structure, len(trace)) | {"headerStart": 0}
    return {**detail, "headers": [*fields, *detail["headers"]], "body_structure": moved}


def _moved(part: Mapping[str, Any], by: int) -> dict[str, Any]:
    moved = {**part, **{name: part[name] + by for name in _OFFSETS}}
    if part.get("subParts") is not None:
        moved["subParts"] = [_moved(child, by) for child in part["subParts"]]
    return moved
