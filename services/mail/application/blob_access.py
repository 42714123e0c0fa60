"""From a JMAP blob id to the octets behind it, for those who may read them."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from chassis.jmap.standard import referred_id
from contracts.mail import BlobLocation, BlobSegment
from services.mail.application.jmap import body_parts
from services.mail.application.ports import Blobs
from services.mail.application.rows import BlobRow, MessageRow
from services.mail.application.store import View
from services.mail.domain.ids import BlobId, Encoding, Slice, parse_blob_id
from services.mail.domain.mime.transfer import undo
from services.mail.parser.protocol import BlobSource


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


def find_octets(
    view: View, blob_ids: Iterable[str], created_ids: Mapping[str, str] = MappingProxyType({})
) -> Mapping[str, Octets]:
    """By blob id as it was given, which may be "#creationId"; those that don't exist, or that the account may not read,
    are left out."""
    named = {text: referred_id(text, created_ids) for text in blob_ids}
    parsed = {text: read for text, id_ in named.items() if id_ is not None and (read := parse_blob_id(id_)) is not None}
    shas = [read.sha256 for read in parsed.values() if read.sha256 is not None]
    numbers = [read.message for read in parsed.values() if read.message is not None]
    plain = {row.sha256: row for row in view.blobs(shas)} if shas else {}
    messages = {row.id: row for row in view.messages(numbers)} if numbers else {}
    found: dict[str, Octets] = {}
    for text, read in parsed.items():
        octets = None
        if read.sha256 in plain:
            octets = _of_blob(plain[read.sha256], read.slice)
        elif read.message in messages:
            octets = _of_message(messages[read.message], read)
        if octets is not None:
            found[text] = octets
    return found


def _of_blob(row: BlobRow, cut: Slice | None) -> Octets | None:
    if cut is None:
        return Octets(row.sha256, b"", None, None, "identity", row.size, row.type, None)
    if cut.end > row.size:
        return None
    size = cut.end - cut.start if cut.encoding == "identity" else None
    return Octets(row.sha256, b"", cut.start, cut.end, cut.encoding, size, "application/octet-stream", None)


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


def as_blob(octets: Octets, blobs: Blobs, max_bytes: int) -> str:
    """The name of a blob that holds just these octets, at most `max_bytes` of them; made where there is none, for a
    part or a traced message."""
    if octets.is_whole_blob:
        return octets.sha256
    return blobs.put(undo(read_octets(octets, blobs, max_bytes), octets.encoding).octets)[0]


def read_octets(octets: Octets, blobs: Blobs, max_bytes: int) -> bytes:
    """Their first `max_bytes`, still encoded."""
    traced, start = len(octets.prefix), octets.start or 0
    end = min(start + max_bytes, octets.end if octets.end is not None else start + max_bytes)
    data = octets.prefix[start:end]
    if end > traced:
        offset = max(0, start - traced)
        data += blobs.read(octets.sha256, offset, end - traced - offset)
    return data


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
