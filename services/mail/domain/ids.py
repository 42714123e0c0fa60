"""Ids as clients see them (RFC 8620 §1.2): a letter for the type, then the number that the store keys by."""

import re
from dataclasses import dataclass
from typing import Literal

EMAIL, THREAD, MAILBOX, SUBMISSION, IDENTITY, QUOTA = "e", "t", "m", "s", "i", "q"

MAX_NUMBER = 2**62
Encoding = Literal["identity", "base64", "quoted-printable"]
_ENCODINGS: dict[str, Encoding] = {"i": "identity", "b": "base64", "q": "quoted-printable"}
_BLOB = re.compile(
    r"B(?P<sha256>[0-9a-f]{64})|M(?P<message>[1-9]\d{0,18})|P(?P<of>[1-9]\d{0,18})-(?P<part>\d[\d_.]{0,199})"
    r"|S(?P<slice_of>[0-9a-f]{64})-(?P<start>\d{1,12})-(?P<end>\d{1,12})-(?P<encoding>[ibq])"
)


def to_id(kind: str, number: int) -> str:
    return f"{kind}{number}"


def to_ids(kind: str, numbers: list[int]) -> list[str]:
    return [f"{kind}{number}" for number in numbers]


def to_number(kind: str, id_: object) -> int | None:
    """None for what cannot be an id of that type: to be treated as not found."""
    if not isinstance(id_, str) or not id_.startswith(kind):
        return None
    digits = id_[len(kind) :]
    if not digits.isascii() or not digits.isdigit() or digits[0] == "0" or len(digits) > 18:
        return None
    return int(digits)


def to_numbers(kind: str, ids: list[str]) -> list[int]:
    """The numbers of those that can be ids; the others are left out."""
    return [number for number in (to_number(kind, id_) for id_ in ids) if number is not None]


@dataclass(frozen=True, slots=True)
class BlobId:
    """`B<sha256>` any stored blob; `M<message>` a whole message with its trace; `P<message>-<part>` a decoded part;
    `S<sha256>-<start>-<end>-<encoding>` a part of a stored blob that is no message of the account (Email/parse).
    Exactly one of sha256 and message is set; part only with message, slice only with sha256."""

    sha256: str | None = None
    message: int | None = None
    part: str | None = None
    slice: "Slice | None" = None


@dataclass(frozen=True, slots=True)
class Slice:
    """Octets [start, end) of a blob, with `encoding` to be undone."""

    start: int
    end: int
    encoding: Encoding


def parse_blob_id(text: str) -> BlobId | None:
    """None when `text` is not a blob id of ours."""
    match = _BLOB.fullmatch(text)
    if match is None:
        return None
    if match["sha256"]:
        return BlobId(sha256=match["sha256"])
    if match["slice_of"]:
        cut = Slice(int(match["start"]), int(match["end"]), _ENCODINGS[match["encoding"]])
        return BlobId(sha256=match["slice_of"], slice=cut) if cut.start <= cut.end else None
    number = int(match["message"] or match["of"])
    part = match["part"].replace("_", ".") if match["part"] else None
    return BlobId(message=number, part=part) if number < MAX_NUMBER else None


def blob_id(sha256: str) -> str:
    return f"B{sha256}"


def message_blob_id(message: int) -> str:
    return f"M{message}"


def part_blob_id(message: int, part: str) -> str:
    """An id has no dots (RFC 8620 §1.2)."""
    return f"P{message}-{part.replace('.', '_')}"


def slice_blob_id(sha256: str, start: int, end: int, encoding: Encoding) -> str:
    return f"S{sha256}-{start}-{end}-{encoding[0]}"
