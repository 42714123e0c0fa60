"""The trace block: what we put before a message that we take (RFC 5321 §4.4). Pure.

Exactly two fields, in this order, each ended by CRLF, folded with CRLF TAB:

    Return-Path: <mail_from>                                  "<>" for the null sender
    Received: from HELO ([source])
    <TAB>by HOST with PROTOCOL id SPOOL-ID;
    <TAB>Mon, 23 Nov 2026 04:00:00 +0000

The recipients are not named: one block serves them all, and some may be hidden from the others. The original follows
at once. Whoever wants the original back takes off the first four lines.
"""

import re
from datetime import datetime
from email.utils import format_datetime

LINES = 4
_UNSAFE = re.compile(r"[^A-Za-z0-9.:_\-\[\]]")
_UNSAFE_PATH = re.compile(r"[\x00-\x20\x7f<>]")


def trace_block(
    *, mail_from: str, helo: str, source: str, host: str, protocol: str, spool_id: str, at: datetime
) -> bytes:
    """`at` needs a zone. What the client said is stripped of anything that could begin a field of its own."""
    name = _UNSAFE.sub("", helo)[:255] or "unknown"
    return (
        f"Return-Path: <{_UNSAFE_PATH.sub('', mail_from)}>\r\n"
        f"Received: from {name} ([{_UNSAFE.sub('', source)}])\r\n"
        f"\tby {host} with {protocol} id {spool_id};\r\n"
        f"\t{format_datetime(at)}\r\n"
    ).encode()
