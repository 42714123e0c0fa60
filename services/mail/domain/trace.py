"""The trace block: what we put before a message that we take (RFC 5321 §4.4). Pure.

Exactly two fields, in this order, each ended by CRLF, folded with CRLF TAB; four lines in all:

    Return-Path: <mail_from>                                  "<>" for the null sender
    Received: from HELO ([source])                            "from webmail" for what an agent sent with our own client
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
    return return_path(mail_from) + _received(f"{name} ([{_UNSAFE.sub('', source)}])", host, protocol, spool_id, at)


def return_path(mail_from: str) -> bytes:
    return f"Return-Path: <{_UNSAFE_PATH.sub('', mail_from)}>\r\n".encode()


def received_by_submission(*, host: str, spool_id: str, at: datetime) -> bytes:
    """For what an agent sent: says nothing of where they sit."""
    return _received("webmail", host, "HTTP", spool_id, at)


def without_trace(message: bytes) -> bytes:
    """The original of a message that was read with its trace block."""
    return message.split(b"\r\n", LINES)[LINES]


def _received(sender: str, host: str, protocol: str, spool_id: str, at: datetime) -> bytes:
    line = f"Received: from {sender}\r\n\tby {host} with {protocol} id {spool_id};\r\n\t{format_datetime(at)}\r\n"
    return line.encode()
