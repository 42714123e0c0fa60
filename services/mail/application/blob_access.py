"""From a JMAP blob id to the octets behind it, for those who may read them."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from contracts.mail import BlobLocation, BlobSegment
from services.mail.application.jmap import body_parts
from services.mail.application.rows import MessageRow
from services.mail.application.store import View
from services.mail.domain.ids import BlobId, parse_blob_id
from services.mail.parser.protocol import BlobSource

Encoding = Literal["identity", "base64", "quoted-printable"]


@dataclass(frozen=True, slots=True)
class Octets:
    """prefix + blob `sha256`, from start to end (None: all of it) of the two together, with `encoding` to be undone.
    size: when that is done, None when not known. name: what it may be saved as."""

    sha256: str
    prefix: bytes
    start: int | None
    end: int | None
    encoding: Encoding
    size: int | None
    type: str
    name: str | None

    @property
    def is_whole_blob(self) -> bool:
        return not self.prefix and self.start is None


def find_octets(view: View, blob_ids: Iterable[str]) -> Mapping[str, Octets]:
    """By blob id; those that don't exist, or that the account may not read, are left out."""
    parsed = {text: read for text in dict.fromkeys(blob_ids) if (read := parse_blob_id(text)) is not None}
    shas = [read.sha256 for read in parsed.values() if read.sha256 is not None]
    numbers = [read.message for read in parsed.values() if read.message is not None]
    plain = {row.sha256: row for row in view.blobs(shas)} if shas else {}
    messages = {row.id: row for row in view.messages(numbers)} if numbers else {}
    found: dict[str, Octets] = {}
    for text, read in parsed.items():
        if read.sha256 in plain:
            row = plain[read.sha256]
            found[text] = Octets(row.sha256, b"", None, None, "identity", row.size, row.type, None)
        elif read.message in messages and (octets := _of_message(messages[read.message], read)) is not None:
            found[text] = octets
    return found


def _of_message(message: MessageRow, blob_id: BlobId) -> Octets | None:
    if blob_id.part is None:
        return Octets(message.sha256, message.trace, None, None, "identity", message.size, "message/rfc822", None)
    part = body_parts.find(message.detail["body_structure"], blob_id.part)
    if part is None:
        return None
    return Octets(
        message.sha256,
        message.trace,
        part["bodyStart"],
        part["bodyEnd"],
        part["encoding"],
        part["size"],
        part["type"],
        part.get("name"),
    )


def as_source(octets: Octets) -> BlobSource:
    """For the parser pool."""
    return BlobSource(
        sha256=octets.sha256,
        prefix=b64encode(octets.prefix).decode("ascii"),
        start=octets.start,
        end=octets.end,
        encoding=octets.encoding,
    )


def locate(octets: Octets) -> BlobLocation:
    """For the gateway, which streams it."""
    traced = len(octets.prefix)
    start = octets.start or 0
    end = octets.end if octets.end is not None else (octets.size or 0)
    encoding: Literal["", "base64", "quoted-printable"] = "" if octets.encoding == "identity" else octets.encoding
    segments = []
    if start < min(end, traced):
        segments.append(BlobSegment(inline=octets.prefix[start:end], encoding=encoding))
    if end > traced:
        offset = max(0, start - traced)
        segments.append(
            BlobSegment(sha256=octets.sha256, offset=offset, length=end - traced - offset, encoding=encoding)
        )
    return BlobLocation(segments=segments, size=octets.size, type=octets.type, name=octets.name)
