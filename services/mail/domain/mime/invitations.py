"""Messages that carry a scheduling request (RFC 6047 iMIP)."""

from __future__ import annotations

import re

from services.mail.domain.mime.parameters import parameter_octets
from services.mail.domain.mime.rendition import PartValue
from services.mail.domain.mime.splitter import Part
from services.mail.domain.mime.summary import Invitation

_METHOD = re.compile(r"^METHOD(?:;[^:\n]{0,200})?:[ \t]*([A-Za-z-]{1,40})[ \t]*$", re.MULTILINE | re.IGNORECASE)
_METHOD_SCAN = 20_000
_METHODS = frozenset({"PUBLISH", "REQUEST", "REPLY", "ADD", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER"})


def find_invitation(tree: Part, values: dict[str, PartValue]) -> Invitation | None:
    """The first text/calendar part with a known METHOD, named by its Content-Type or in its text."""
    for part in _leaves(tree):
        if part.media.main != "text/calendar":
            continue
        method = (parameter_octets(part.media, "method") or _written(values.get(part.section))).upper()
        if method in _METHODS:
            return Invitation(part_id=part.section, method=method)
    return None


def _written(value: PartValue | None) -> str:
    found = _METHOD.search(value.value[:_METHOD_SCAN]) if value else None
    return found[1] if found else ""


def _leaves(part: Part) -> list[Part]:
    return [leaf for child in part.children for leaf in _leaves(child)] if part.is_multipart else [part]
