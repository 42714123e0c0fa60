"""What of a message travels: everything but its Bcc fields (RFC 8621 §7.5, RFC 5322 §3.6.3) and the trace its writer
gave it: Return-Path and Received are for those to write who carry it (RFC 5321 §4.4)."""

import re
from collections.abc import Mapping
from typing import Any

_STAYS = re.compile(
    rb"^(?:(?:resent-)?bcc|return-path|received)[ \t]*:[^\n]*(?:\n(?=[ \t])[^\n]*)*(?:\n|\Z)",
    re.IGNORECASE | re.MULTILINE,
)


def header_length(body_structure: Mapping[str, Any], trace: int) -> int:
    """Octets of the original before its body; offsets of the structure count a trace of `trace` octets too."""
    return max(0, int(body_structure["bodyStart"]) - trace)


def travelling_header(header: bytes) -> bytes:
    """A header block less its Bcc, Resent-Bcc, Return-Path and Received fields, folded lines and all."""
    return _STAYS.sub(b"", header)
