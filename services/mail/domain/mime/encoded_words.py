"""RFC 2047 encoded words made readable, also where mailers put them against the rules. Linear in the input."""

from __future__ import annotations

import binascii
import re

from services.mail.domain.mime.charsets import decode_declared
from services.mail.domain.mime.transfer import undo

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([BbQq])\?([^?]*+(?:\?(?=\?=))?)\?=")


def decode_words(text: str) -> str:
    """Replaces every encoded word whose charset is known; white space between two of them goes (§6.2).

    Adjacent words of one charset and encoding are decoded together, since mailers cut characters in two.
    """
    if "=?" not in text:
        return text
    pieces: list[str] = []
    run: list[bytes] = []
    run_charset, run_source, position = "", "", 0

    def flush() -> None:
        if run:
            decoded = decode_declared(b"".join(run), run_charset)
            pieces.append(run_source if decoded is None else decoded)
            run.clear()

    for match in _WORD.finditer(text):
        between = text[position : match.start()]
        charset = match[1].partition("*")[0].lower()
        joins = bool(run) and not between.strip(" \t\r\n")
        if not (joins and charset == run_charset):
            flush()
            run_charset, run_source = charset, ""
            if not joins:
                pieces.append(between)
        run_source += (between if run else "") + match[0]
        run.append(_payload(match[2], match[3]))
        position = match.end()
    flush()
    pieces.append(text[position:])
    return "".join(pieces)


def _payload(encoding: str, payload: str) -> bytes:
    octets = payload.encode("utf-8", "replace")
    if encoding in "Bb":
        return undo(octets, "base64").octets
    return binascii.a2b_qp(octets, header=True)
