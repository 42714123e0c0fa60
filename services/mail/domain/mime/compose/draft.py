"""The draft between its JMAP object and its octets, and why one is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


class DraftError(Exception):
    """The draft cannot become a message. properties: JMAP paths of what is at fault (RFC 8621 §4.6)."""

    def __init__(self, description: str, *properties: str) -> None:
        super().__init__(description)
        self.description = description
        self.properties = list(properties)


class DraftTooLargeError(Exception):
    """The message would be larger than allowed."""


@dataclass(slots=True)
class DraftPart:
    """type: lower case. parameters: of Content-Type beside charset, name and boundary. fields: further header fields,
    ready to be written. load: octets of a leaf, before any transfer encoding. is_body_value: they are UTF-8 text whose
    line ends may be changed; else they are kept to the octet."""

    type: str
    parameters: dict[str, str] = field(default_factory=dict)
    charset: str | None = None
    name: str | None = None
    cid: str | None = None
    disposition: str | None = None
    fields: list[bytes] = field(default_factory=list)
    children: list[DraftPart] = field(default_factory=list)
    load: Callable[[], bytes] | None = None
    is_body_value: bool = False


@dataclass(slots=True)
class Encoded:
    """A leaf's body as it is sent, and the name of its transfer encoding."""

    octets: bytes
    encoding: str
