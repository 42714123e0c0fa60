"""The subject that a conversation has in common: RFC 5256 §2.1, with what French and other mailers write for "Re:"."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_SUBJECT_MAX = 1_000
_ROUNDS_MAX = 50
_REPLY = r"re|ré|rép|rep|réf|ref|aw|antw|sv|vs|res|odp"
_FORWARD = r"tr|fw|fwd|wg|enc|rv|vl|doorst|trans|transf"
_BLOB = r"\[[^\[\]]{0,200}\]\s*"
_COUNTER = r"(?:\[[^\[\]]{0,200}\]|\^\d{1,3}|\(\d{1,3}\))?"
_LEADER = re.compile(rf"(?:{_BLOB}){{0,5}}(?:{_REPLY}|{_FORWARD})\s*{_COUNTER}\s*[:：]\s*", re.IGNORECASE)
_LEADING_BLOB = re.compile(_BLOB)
_TRAILER = re.compile(r"\s*\((?:fwd|tr)\)\s*\Z", re.IGNORECASE)
_WRAPPED = re.compile(r"\[(?:fwd|fw|tr)\s*:\s*(.*)\]\Z", re.IGNORECASE | re.DOTALL)
_SPACES = re.compile(r"\s+")


class BaseSubject(NamedTuple):
    """text: case-folded, "" when nothing is left. is_reply: a reply or forward marker was taken off."""

    text: str
    is_reply: bool


def base_subject(subject: str | None) -> BaseSubject:
    """Steps 1 to 6 of RFC 5256 §2.1 on a decoded subject; linear, at most _ROUNDS_MAX markers."""
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", (subject or "")[:_SUBJECT_MAX])).strip()
    marked = False
    for _ in range(_ROUNDS_MAX):
        shorter, was_marker = _strip_once(text)
        marked = marked or was_marker
        if shorter == text:
            break
        text = shorter
    return BaseSubject(text.casefold(), marked)


def _strip_once(text: str) -> tuple[str, bool]:
    without_trailer = _TRAILER.sub("", text)
    if without_trailer != text:
        return without_trailer, True
    leader = _LEADER.match(text)
    if leader:
        return text[leader.end() :], True
    blob = _LEADING_BLOB.match(text)
    if blob and blob.end() < len(text):
        return text[blob.end() :], False
    wrapped = _WRAPPED.match(text)
    if wrapped:
        return wrapped[1].strip(), True
    return text, False
