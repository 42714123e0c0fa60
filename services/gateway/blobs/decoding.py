"""Takes a content-transfer-encoding off while the bytes stream by (RFC 2045 §6.7, §6.8); never fails, never waits for
the whole."""

import base64
import binascii
import re
from typing import Protocol

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_SPACED_SOFT_BREAK = re.compile(rb"=[ \t]{1,998}+(?=\r?\n)")
_OPEN_ESCAPE = re.compile(rb"(?<!=)(?P<pairs>(?:==)*+)=(?:[0-9A-Fa-f]?|[ \t]{0,998}+\r?)\Z")
_LOST_LINE = re.compile(rb"(?<!=)(?:==)*+=\r")
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
    """Decodes line by line: white space at the end of a line goes away after a "=", which joins it to the next. What
    follows "=" and a lone CR is lost up to the end of its line, however long that is, as in `binascii`."""

    def __init__(self) -> None:
        self._rest = b""
        self._lost = False

    def feed(self, data: bytes) -> bytes:
        data = self._found_again(self._rest + data)
        end = data.rfind(b"\n") + 1
        if not end and len(data) > LONGEST_LINE:
            end = _before_escape(data)
            self._lost = _LOST_LINE.search(data, 0, end) is not None
        self._rest = data[end:]
        return _decode_lines(data[:end])

    def end(self) -> bytes:
        data, self._rest = self._found_again(self._rest), b""
        return _decode_lines(data)

    def _found_again(self, data: bytes) -> bytes:
        if not self._lost:
            return data
        end = data.find(b"\n") + 1
        self._lost = not end
        return data[end:] if end else b""


def _decode_lines(data: bytes) -> bytes:
    return binascii.a2b_qp(_SPACED_SOFT_BREAK.sub(b"=", data) if b"= " in data or b"=\t" in data else data)


def _before_escape(data: bytes) -> int:
    """Where an endless line may be cut: not inside "=XX" or "==", nor in the white space after "="."""
    match = _OPEN_ESCAPE.search(data)
    return match.end("pairs") if match else len(data)


def decoder(encoding: str) -> Decoder:
    """`encoding`: "", "base64" or "quoted-printable" (contracts.mail.BlobSegment)."""
    if encoding == "base64":
        return Base64()
    if encoding == "quoted-printable":
        return QuotedPrintable()
    return Identity()
