"""The words of the parser pool's socket: frames, requests, replies, errors. README.md beside this file shows them.

A frame is four octets of length (big-endian) and that many octets of JSON. One request, one reply, in order, on a
Unix socket; a connection may be kept for as many requests as wanted.
"""

from __future__ import annotations

import base64
import struct
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, BaseModel, Field

from services.mail.domain.mime.summary import ParseSummary

FRAME_MAX = 4_000_000
LENGTH = struct.Struct(">I")


class ParserUnavailable(Exception):
    """The pool cannot be reached, is full, or answered nonsense: nothing was done, ask again later."""


class FrameError(ParserUnavailable):
    """A frame longer than FRAME_MAX, cut short, or not JSON."""


class ComposeRefused(Exception):
    """The draft cannot become a message; it will not, however often it is asked.

    code         "invalidProperties" | "blobNotFound" | "tooLarge" (RFC 8621 §4.6 SetErrors) | "failed".
    properties   JMAP property paths at fault; not_found: blobIds that could not be read.
    """

    def __init__(
        self, code: str, description: str, properties: list[str] | None = None, not_found: list[str] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.properties = properties or []
        self.not_found = not_found or []

    def to_json(self) -> dict[str, Any]:
        """The error object of a reply."""
        return {
            "code": self.code,
            "retryable": False,
            "description": self.description,
            "properties": self.properties,
            "not_found": self.not_found,
        }


def _is_base64(value: str) -> str:
    base64.b64decode(value, validate=True)
    return value


Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Base64Text = Annotated[str, AfterValidator(_is_base64)]


class BlobSource(BaseModel):
    """Where the octets behind a JMAP blobId are.

    Plain blob: only sha256. Whole message M…: sha256 and prefix (the trace). Decoded part P…: also start, end and
    encoding from BodyPart; start and end count from the first octet of prefix + blob.
    """

    sha256: Sha256
    prefix: Base64Text = Field(default="", description="base64 of the trace block")
    start: int | None = None
    end: int | None = None
    encoding: Literal["identity", "base64", "quoted-printable"] = "identity"


class ParseRequest(BaseModel):
    op: Literal["parse"] = "parse"
    sha256: Sha256
    trace: Base64Text = Field(default="", description="base64 of the trace block that precedes the original")

    @classmethod
    def of(cls, sha256: str, trace: bytes) -> ParseRequest:
        return cls(sha256=sha256, trace=base64.b64encode(trace).decode("ascii"))

    def trace_octets(self) -> bytes:
        return base64.b64decode(self.trace)


class ComposeRequest(BaseModel):
    """A JMAP Email/set create object (RFC 8621 §4.6) and the octets it names.

    draft        the object as the client sent it; mailboxIds, keywords, receivedAt and bodyValues are ignored here.
    body_values  partId → source of the UTF-8 text. blobs: blobId → source. Both as the caller resolved them,
                 after checking that the account may read them.
    message_id   used when the draft has no Message-ID, with its angle brackets; date likewise, RFC 3339 with zone.
    max_bytes    "tooLarge" above this.
    """

    op: Literal["compose"] = "compose"
    draft: dict[str, Any]
    body_values: dict[str, BlobSource] = Field(default_factory=dict)
    blobs: dict[str, BlobSource] = Field(default_factory=dict)
    message_id: str
    date: str
    max_bytes: int = 26_214_400


Request = Annotated[ParseRequest | ComposeRequest, Field(discriminator="op")]


class Composed(BaseModel):
    """A message that is on disk: sha256 and size of the blob, and its summary (no trace)."""

    sha256: str
    size: int
    summary: ParseSummary


def encode_frame(message: dict[str, Any]) -> bytes:
    """One frame; FrameError when too long."""
    body = orjson.dumps(message)
    if len(body) > FRAME_MAX:
        raise FrameError(f"frame of {len(body)} octets")
    return LENGTH.pack(len(body)) + body


def frame_length(head: bytes) -> int:
    """Length of the body that follows these four octets; FrameError above FRAME_MAX."""
    (length,) = LENGTH.unpack(head)
    if length > FRAME_MAX:
        raise FrameError(f"frame of {length} octets")
    return int(length)


def decode_body(body: bytes) -> dict[str, Any]:
    """The JSON object in a frame; FrameError when it is anything else."""
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise FrameError("frame is not JSON") from error
    if not isinstance(message, dict):
        raise FrameError("frame is not an object")
    return message
