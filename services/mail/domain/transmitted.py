"""What of a message travels: everything but its Bcc fields (RFC 8621 §7.5, RFC 5322 §3.6.3)."""

import re
from collections.abc import Mapping
from typing import Any

_BCC = re.compile(rb"^(?:resent-)?bcc[ \t]*:[^\n]*(?:\n(?=[ \t])[^\n]*)*(?:\n|\Z)", re.IGNORECASE | re.MULTILINE)


def header_length(body_structure: Mapping[str, Any], trace: int) -> int:
    """Octets of the original before its body; offsets of the structure count a trace of `trace` octets too."""
    return max(0, int(body_structure["bodyStart"]) - trace)


def without_bcc(header: bytes) -> bytes:
    """A header block less its Bcc and Resent-Bcc fields, folded lines and all."""
    return _BCC.sub(b"", header)
