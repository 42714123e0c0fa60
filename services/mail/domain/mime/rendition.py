"""The rendition: what a reader of one message is shown, decoded once and kept as one JSON blob.

Its name is its SHA-256 (`ParseSummary.rendition`), its bytes are `Rendition.to_bytes()`. The gateway fills
RFC 8621 bodyValues from `parts` and the vendor property safeHtml from `safe`.
"""

from __future__ import annotations

import json
import re

from pydantic import BaseModel, ConfigDict, Field, JsonValue

PART_VALUE_MAX = 1_000_000
VALUES_MAX = 8_000_000


class PartValue(BaseModel):
    """RFC 8621 §4.1.4 EmailBodyValue of one text/* part: CRLF is LF, at most PART_VALUE_MAX characters."""

    model_config = ConfigDict(populate_by_name=True)

    value: str
    is_encoding_problem: bool = Field(default=False, alias="isEncodingProblem")
    is_truncated: bool = Field(default=False, alias="isTruncated")


class CidImage(BaseModel):
    """An embedded image that the safe HTML shows: `<img data-cid="cid">`; part_id is None when no such part exists."""

    cid: str
    part_id: str | None = None


class SafeHtml(BaseModel):
    """Sanitised HTML of the displayable body: a fragment, no script, no remote load, no id and no class.

    html            `<img data-cid="…">` and `<img data-remote="N">` have no src: the client gives them one; it gives
                    an element with data-remote-background="N" its background-image. Plain text, escaped, where the
                    HTML was past a bound or cost too much time.
    blocked_remote  http and https addresses that were taken out, each once, in the order in which they were met; N
                    above is an index in this list, which stays as it is for as long as the rendition does.
    cids            the embedded images that html refers to.
    """

    html: str
    blocked_remote: list[str] = Field(default_factory=list)
    cids: list[CidImage] = Field(default_factory=list)


class Rendition(BaseModel):
    """parts: partId → value, for every text/* part. safe: None when the body has no HTML (show `text`).

    text: the plain text of the displayable body, also when that is HTML. It stands first, so that who looks for words
    in it reads no more than the beginning of the blob (`text_at_the_beginning`).
    """

    version: int = 2
    text: str = ""
    parts: dict[str, PartValue] = Field(default_factory=dict)
    safe: SafeHtml | None = None
    imap_body_structure: list[JsonValue] | None = None

    def to_bytes(self) -> bytes:
        """The blob's bytes: UTF-8 JSON."""
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()


_TEXT = re.compile(rb'\{"version":\d+,"text":("(?:[^"\\]++|\\(?:["\\/bfnrt]|u[0-9a-f]{4}))*+)')


def text_at_the_beginning(octets: bytes) -> str:
    """As much of `Rendition.text` as is in the first octets of a blob. A blob of version 1, which has the text further
    on, has to be there whole: "" where it is not."""
    if found := _TEXT.match(octets):
        return str(json.loads(_whole_characters(found[1]) + b'"'))
    try:
        rendition = json.loads(octets)
    except ValueError:
        return ""
    return str(rendition.get("text", "")) if isinstance(rendition, dict) else ""


def _whole_characters(octets: bytes) -> bytes:
    """Without the beginning of a character at the end."""
    return octets if octets[-1] < 0x80 else octets.decode("utf-8", "ignore").encode()
