"""Header blocks that two readers may take for two different messages (RFC 5322 §3.6): which field counts when it stands
twice, and where the block ends, is each reader's own choice. What an agent sends leaves no such choice."""

import re

_ONCE = {
    b"from": "from",
    b"sender": "sender",
    b"reply-to": "replyTo",
    b"to": "to",
    b"cc": "cc",
    b"bcc": "bcc",
    b"subject": "subject",
    b"date": "sentAt",
    b"message-id": "messageId",
    b"in-reply-to": "inReplyTo",
    b"references": "references",
}
"""Names in lower case, with their Email property."""
_ORIGIN = (b"from", b"sender")
_ORIGIN_MAX = 2_000
"""Octets of a field that says whom a message is from: past some length the parser, and others, read a part of it."""
_NAME = re.compile(rb"[!-9;-~]+")


def header_faults(header: bytes, *, is_all: bool) -> list[str]:
    """Email properties at fault, sorted; none when the block may travel. "headers": a line that is no field, a line end
    that is none everywhere, or no empty line before the body. header: up to the body. is_all: there is no body."""
    lines = header.replace(b"\r\n", b"\n").split(b"\n")
    while lines and not lines[-1]:
        lines.pop()
    faults: set[str] = set()
    if b"\r" in header.replace(b"\r\n", b"") or b"\x00" in header or not (is_all or _ends_with_empty_line(header)):
        faults.add("headers")
    sizes: dict[bytes, int] = {}
    name = b""
    for line in lines:
        if line[:1] in (b" ", b"\t") and name:
            sizes[name] += len(line)
            continue
        before, colon, _ = line.partition(b":")
        name = before.rstrip(b" \t").lower()
        if not colon or not _NAME.fullmatch(name):
            faults.add("headers")
        elif name in sizes and name in _ONCE:
            faults.add(_ONCE[name])
        sizes[name] = sizes.get(name, 0) + len(line)
    faults.update(_ONCE[name] for name in _ORIGIN if sizes.get(name, 0) > _ORIGIN_MAX)
    if b"from" not in sizes:
        faults.add("from")
    return sorted(faults)


def _ends_with_empty_line(header: bytes) -> bool:
    return header.endswith((b"\n\r\n", b"\n\n"))
