"""IMAP's view of a tree (RFC 3501 §7.4.2): ENVELOPE and BODYSTRUCTURE as nested lists, ready to be printed.

A list is a parenthesised list, None is NIL, an int a number, a str octets as latin-1 (undecoded, unfolded).
"""

from __future__ import annotations

from typing import cast

from pydantic import JsonValue

from services.mail.domain.mime.addresses import Group, Mailbox
from services.mail.domain.mime.header_block import Field, last_value, unfold
from services.mail.domain.mime.header_forms import address_groups
from services.mail.domain.mime.limits import TOKEN_MAX
from services.mail.domain.mime.parameters import Structured
from services.mail.domain.mime.splitter import Part

_ENVELOPE_TEXT_MAX = 4_000
_ENVELOPE_ADDRESSES_MAX = 200


def envelope(fields: list[Field]) -> list[JsonValue]:
    """(date subject from sender reply-to to cc bcc in-reply-to message-id); sender and reply-to default to from."""
    sender = _addresses(fields, b"from")
    return [
        _text(fields, b"date"),
        _text(fields, b"subject"),
        sender,
        _addresses(fields, b"sender") or sender,
        _addresses(fields, b"reply-to") or sender,
        _addresses(fields, b"to"),
        _addresses(fields, b"cc"),
        _addresses(fields, b"bcc"),
        _text(fields, b"in-reply-to"),
        _text(fields, b"message-id"),
    ]


def body_structure(data: bytes, part: Part) -> list[JsonValue]:
    """BODYSTRUCTURE with all extension data."""
    kind, _, subtype = part.media.main.upper().partition("/")
    extension: list[JsonValue] = [
        _disposition(part.disposition),
        _language(part),
        _text(part.fields, b"content-location"),
    ]
    if part.is_multipart:
        children: list[JsonValue] = [body_structure(data, child) for child in part.children]
        return [*children, subtype[:TOKEN_MAX], _parameters(part.media), *extension]
    basic: list[JsonValue] = [
        kind[:TOKEN_MAX],
        subtype[:TOKEN_MAX],
        _parameters(part.media),
        _text(part.fields, b"content-id"),
        _text(part.fields, b"content-description"),
        _encoding(part),
        part.body_end - part.body_start,
    ]
    lines = data.count(b"\n", part.body_start, part.body_end)
    if part.message is not None:
        basic += [envelope(part.message.fields), body_structure(data, part.message), lines]
    elif kind == "TEXT":
        basic.append(lines)
    return [*basic, None, *extension]


def _text(fields: list[Field], name: bytes) -> str | None:
    value = last_value(fields, name)
    return None if value is None else unfold(value)[:_ENVELOPE_TEXT_MAX].replace(b"\x00", b"").decode("latin-1")


def _encoding(part: Part) -> str:
    value = _text(part.fields, b"content-transfer-encoding") or "7BIT"
    return "BINARY" if part.unparsed else value.strip().upper()[:TOKEN_MAX]


def _parameters(found: Structured) -> JsonValue:
    pairs = [text for name, value in found.parameters.items() for text in (name.upper(), value)]
    return cast(JsonValue, [text[:TOKEN_MAX] for text in pairs]) or None


def _disposition(found: Structured) -> JsonValue:
    return [found.main.upper()[:TOKEN_MAX], _parameters(found)] if found.main else None


def _language(part: Part) -> JsonValue:
    value = _text(part.fields, b"content-language")
    tags: list[JsonValue] = [tag.strip() for tag in (value or "").split(",", 50)[:50] if tag.strip()]
    return tags or None


def _addresses(fields: list[Field], name: bytes) -> JsonValue:
    value = last_value(fields, name)
    if value is None:
        return None
    addresses: list[JsonValue] = []
    for group in address_groups(value):
        addresses += _group(group)
    return addresses[:_ENVELOPE_ADDRESSES_MAX] or None


def _group(group: Group) -> list[JsonValue]:
    mailboxes: list[JsonValue] = [_mailbox(mailbox) for mailbox in group.mailboxes]
    if group.name is None:
        return mailboxes
    return [[None, None, _octets(group.name), None], *mailboxes, [None, None, None, None]]


def _mailbox(mailbox: Mailbox) -> JsonValue:
    """(name source-route mailbox host); the host is "" and never NIL, which would mean a group."""
    local, at, host = mailbox.email.rpartition("@")
    name = None if mailbox.name is None else _octets(mailbox.name)
    return [name, None, _octets(local if at else mailbox.email), _octets(host if at else "")]


def _octets(text: str) -> str:
    return text.encode("utf-8", "replace").decode("latin-1")[:TOKEN_MAX]
