"""A summary cut to SUMMARY_MAX, and to what one reply of the bus can tell of an email: first what can be read again
from the blob or the rendition."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from services.mail.domain.mime.summary import SUMMARY_MAX, ParseSummary

TOLD_MAX = 220_000
"""Octets of JSON; chassis.jmap.batch gives one reply 240,000."""

_HEADER_KEYS = 20
"""Octets of "name" and "value" around each field."""

_IMAP_MAX = 40_000
_ADDRESS_FIELDS = ("from_", "to", "cc", "bcc", "reply_to", "sender")
_ID_FIELDS = ("message_id", "in_reply_to", "references")


def fit(summary: ParseSummary) -> ParseSummary:
    """Changes `summary` in place until its JSON fits, and returns it."""
    _cap_identifiers(summary)
    for reduce in _reductions():
        if _size(summary) <= SUMMARY_MAX and _told_size(summary) <= TOLD_MAX:
            break
        reduce(summary)
    return summary


def _size(summary: ParseSummary) -> int:
    return len(summary.model_dump_json(by_alias=True, exclude_none=True).encode())


def _told_size(summary: ParseSummary) -> int:
    """Of an Email with all its properties: each part stands in bodyStructure, and in two of the three lists at most."""
    told = {"headers", "subject", *_ADDRESS_FIELDS, *_ID_FIELDS}
    other = summary.model_dump_json(by_alias=True, exclude_none=True, include=told)
    structure = summary.body_structure.model_dump_json(by_alias=True)
    return 3 * len(structure.encode()) + len(other.encode()) + _HEADER_KEYS * len(summary.headers)


def _json_size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())


def _reductions() -> Iterator[Callable[[ParseSummary], None]]:
    yield _move_imap_structure
    yield lambda summary: _cut_headers(summary, 60_000)
    yield lambda summary: _cut_addresses(summary, 200)
    yield lambda summary: _cut_search_text(summary, 40_000)
    yield lambda summary: _cut_headers(summary, 15_000)
    yield lambda summary: _cut_search_text(summary, 10_000)
    yield lambda summary: _cut_addresses(summary, 20)
    yield _drop_bulk


def _cap_identifiers(summary: ParseSummary) -> None:
    for name in _ID_FIELDS:
        found: list[str] | None = getattr(summary, name)
        if found is not None and (len(found) > 200 or any(len(identifier) > 1_000 for identifier in found)):
            setattr(summary, name, [identifier[:1_000] for identifier in found[-200:]])
            summary.headers_truncated = True


def _move_imap_structure(summary: ParseSummary) -> None:
    if _json_size(summary.imap_body_structure) > _IMAP_MAX and summary.rendition:
        summary.imap_body_structure = None


def _cut_headers(summary: ParseSummary, room: int) -> None:
    kept: list[tuple[str, str]] = []
    for name, value in summary.headers:
        room -= _json_size((name, value))
        if room < 0:
            summary.headers_truncated = True
            break
        kept.append((name, value))
    summary.headers = kept


def _cut_addresses(summary: ParseSummary, most: int) -> None:
    for name in _ADDRESS_FIELDS:
        found = getattr(summary, name)
        if found is not None and (
            len(found) > most or any(len(one.email) + len(one.name or "") > 2_000 for one in found)
        ):
            kept = found[:most]
            for one in kept:
                one.email, one.name = one.email[:1_000], one.name and one.name[:1_000]
            setattr(summary, name, kept)
            summary.headers_truncated = True


def _cut_search_text(summary: ParseSummary, octets: int) -> None:
    summary.search_text = summary.search_text.encode()[:octets].decode("utf-8", "ignore")


def _drop_bulk(summary: ParseSummary) -> None:
    """A last resort that always fits: the structure alone."""
    summary.headers, summary.headers_truncated = [], True
    summary.search_text, summary.envelope, summary.imap_body_structure = "", [], None
    for name in (*_ADDRESS_FIELDS, *_ID_FIELDS):
        setattr(summary, name, None)
    summary.subject = summary.subject and summary.subject[:1_000]
    summary.base_subject = summary.base_subject[:1_000]
