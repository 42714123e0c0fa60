"""A draft written as octets: CRLF line ends, no line over 998 octets, boundaries that occur nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.mail.domain.mime.compose.bodies import encode_exact, encode_message, encode_text, end_with_line
from services.mail.domain.mime.compose.draft import DraftPart, DraftTooLargeError, Encoded
from services.mail.domain.mime.compose.field_values import write_field
from services.mail.domain.mime.compose.properties import WrittenField
from services.mail.domain.mime.compose.read_draft import read_draft
from services.mail.domain.mime.compose.words import fold, parameter

_ORDER = ("from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references")


@dataclass(frozen=True, slots=True)
class Defaults:
    """For what the draft leaves out: message_id with its angle brackets, date as RFC 3339. max_bytes of the result."""

    message_id: str
    date: str
    max_bytes: int


def compose_message(
    given: dict[str, Any], body_value: Callable[[str], bytes], blob: Callable[[str], bytes], defaults: Defaults
) -> bytes:
    """The message of a JMAP create object. Raises DraftError, DraftTooLargeError, and what the loaders raise."""
    draft = read_draft(given, body_value, blob)
    writer = _Writer(defaults.max_bytes)
    writer.add(b"".join(_top_fields(draft.fields, defaults)))
    writer.part(draft.root, is_root=True)
    return writer.octets()


def _top_fields(fields: list[WrittenField], defaults: Defaults) -> list[bytes]:
    given = [item for item in fields if item.octets and item.field != "mime-version"]
    present = {item.field for item in given}
    added: list[WrittenField] = []
    if "date" not in present:
        added.append(WrittenField("date", "", write_field("Date", "Date", defaults.date)))
    if "message-id" not in present:
        identifier = defaults.message_id.strip("<>")
        added.append(WrittenField("message-id", "", write_field("Message-ID", "MessageIds", [identifier])))
    rank = {name: number for number, name in enumerate(_ORDER)}
    ordered = sorted([*given, *added], key=lambda item: rank.get(item.field, len(_ORDER)))
    return [*(item.octets for item in ordered), b"MIME-Version: 1.0\r\n"]


class _Writer:
    def __init__(self, max_bytes: int) -> None:
        self._chunks: list[bytes] = []
        self._room = max_bytes

    def add(self, chunk: bytes) -> None:
        self._room -= len(chunk)
        if self._room < 0:
            raise DraftTooLargeError
        self._chunks.append(chunk)

    def octets(self) -> bytes:
        return b"".join(self._chunks)

    def part(self, part: DraftPart, *, is_root: bool = False) -> None:
        """Header block, empty line and body; no line end after the body of a leaf but its own."""
        if not part.type.startswith("multipart/"):
            body, charset = _encode(part)
            body = end_with_line(body) if is_root else body
            self.add(_head(part, charset, body.encoding))
            self.add(body.octets)
            return
        boundary = f"=_{secrets.token_hex(16)}"
        self.add(_head(part, None, "7bit", boundary))
        delimiter = b"--" + boundary.encode("ascii")
        for child in part.children:
            self.add(delimiter + b"\r\n")
            self.part(child)
            self.add(b"\r\n")
        self.add(delimiter + b"--\r\n")


def _encode(part: DraftPart) -> tuple[Encoded, str | None]:
    """The body, and the charset to declare."""
    octets = part.load() if part.load is not None else b""
    if part.is_body_value:
        return encode_text(octets), "utf-8"
    if part.type == "message/rfc822":
        return encode_message(octets), part.charset
    is_text = part.type.startswith("text/")
    return encode_exact(octets, is_text), part.charset or (_charset_of(octets) if is_text else None)


def _charset_of(octets: bytes) -> str | None:
    """What an uploaded text is written in; None is left to the reader, who guesses as well."""
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _head(part: DraftPart, charset: str | None, encoding: str, boundary: str | None = None) -> bytes:
    media: dict[str, str] = dict(part.parameters)
    if charset:
        media["charset"] = charset
    if boundary:
        media["boundary"] = boundary
    if part.name and not part.disposition:
        media["name"] = part.name
    fields = [_structured("Content-Type", part.type, media)]
    if part.disposition:
        fields.append(
            _structured("Content-Disposition", part.disposition, {"filename": part.name} if part.name else {})
        )
    fields += part.fields
    fields.append(f"Content-Transfer-Encoding: {encoding}\r\n\r\n".encode("ascii"))
    return b"".join(fields)


def _structured(name: str, main: str, parameters: dict[str, str]) -> bytes:
    pieces = [f" {main}".encode("ascii")]
    for key, value in parameters.items():
        pieces += parameter(key, value)
    words = [piece + b";" for piece in pieces[:-1]] + pieces[-1:]
    return name.encode("ascii") + b":" + fold(len(name) + 1, words) + b"\r\n"
