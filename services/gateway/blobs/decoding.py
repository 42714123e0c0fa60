"""Takes a content-transfer-encoding off while the bytes stream by (RFC 2045 §6.7, §6.8); never fails, never waits for
the whole."""

import base64
import binascii
import re
from typing import Protocol

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
LONGEST_LINE = 65_536


class Decoder(Protocol):
    def feed(self, data: bytes) -> bytes: ...
    def end(self) -> bytes: ...


class Identity:
    def feed(self, data: bytes) -> bytes:
        return data

    def end(self) -> bytes:
        return b""


class Base64:
    """Octets outside the alphabet are skipped, padding included: what follows it goes on as a new group, as in bodies
    that were put together from several."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        decoded: list[bytes] = []
        pieces = data.split(b"=")
        for number, piece in enumerate(pieces):
            self._rest += _NOT_BASE64.sub(b"", piece)
            whole = len(self._rest) // 4 * 4
            decoded.append(binascii.a2b_base64(self._rest[:whole]))
            self._rest = self._rest[whole:]
            if number < len(pieces) - 1:
                decoded.append(self._close_group())
        return b"".join(decoded)

    def end(self) -> bytes:
        return self._close_group()

    def _close_group(self) -> bytes:
        group, self._rest = self._rest, b""
        return base64.b64decode(group + b"=" * (4 - len(group))) if len(group) > 1 else b""


class QuotedPrintable:
    """Decodes line by line, since white space at the end of a line goes away and "=" there joins it to the next."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        data = self._rest + data
        end = data.rfind(b"\n") + 1
        if not end and len(data) > LONGEST_LINE:
            end = _before_escape(data)
        self._rest = data[end:]
        return binascii.a2b_qp(data[:end])

    def end(self) -> bytes:
        data, self._rest = self._rest, b""
        return binascii.a2b_qp(data)


def _before_escape(data: bytes) -> int:
    """Where an endless line may be cut: not inside "=XX"."""
    escape = data.rfind(b"=", len(data) - 3)
    return len(data) if escape < 0 else escape


def decoder(encoding: str) -> Decoder:
    """`encoding`: "", "base64" or "quoted-printable" (contracts.mail.BlobSegment)."""
    if encoding == "base64":
        return Base64()
    if encoding == "quoted-printable":
        return QuotedPrintable()
    return Identity()
