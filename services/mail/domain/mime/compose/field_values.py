"""Header fields written from JMAP values (RFC 8621 §4.1.2 forms), folded, and with no way to smuggle in another field.

Every function returns whole fields ending in CRLF; lines are at most 78 octets where the value lets them.
Raises FieldValueError.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from services.mail.domain.mime.compose.words import encode_words, fold, is_plain, phrase

_ADDRESS = re.compile(
    r"(?:[^\x00-\x20\x7f-\uffff<>(),;:\"\[\]\\@]+|\"(?:[ !#-\[\]-~]|\\[ -~])*\")(?:@[^\x00-\x20<>(),;:\"\\@]+)?\Z"
)
_TOKEN = re.compile(r"[!-;=?-~]{1,900}\Z")
_ADDRESS_MAX = 900
_RAW = re.compile(r"(?:[\t -~]|\r?\n(?=[ \t]+[!-~]))*\Z")
_LINE_MAX = 998


class FieldValueError(ValueError):
    """The value has not the type or shape that its form asks for."""


def write_field(name: str, form: str, value: Any) -> bytes:
    """The field `name` from a value of form "Raw", "Text", "Addresses"… (header_properties.FORMS)."""
    return name.encode("ascii") + b":" + _WRITERS[form](len(name) + 1, value) + b"\r\n"


def _text(used: int, value: Any) -> bytes:
    text = _string(value)
    if is_plain(text):
        return fold(used, [b" " + word.encode("ascii") for word in text.split(" ")])
    return fold(used, [b" " + word for word in encode_words(text)])


def _raw(used: int, value: Any) -> bytes:
    text = _string(value)
    lines = text.replace("\r\n", "\n").split("\n")
    if not _RAW.match(text) or any(len(line) + used > _LINE_MAX for line in lines):
        raise FieldValueError("not the raw form of a header field")
    return "\r\n".join(lines).encode("ascii")


def _addresses(used: int, value: Any) -> bytes:
    return _comma_separated(used, [_address(item) for item in _list(value)])


def _grouped_addresses(used: int, value: Any) -> bytes:
    words: list[bytes] = []
    for group in _list(value):
        if not isinstance(group, dict):
            raise FieldValueError("a group is an object")
        members = [_address(item) for item in _list(group.get("addresses"))]
        name = group.get("name")
        if name is None:
            words += members
        else:
            words.append(b" ".join(phrase(_string(name))) + b": " + b", ".join(members) + b";")
    return _comma_separated(used, words)


def _address(value: Any) -> bytes:
    if not isinstance(value, dict) or not isinstance(value.get("email"), str):
        raise FieldValueError("an address has an email")
    email = _ascii_domain(value["email"].strip())
    if len(email) > _ADDRESS_MAX or not _ADDRESS.match(email):
        raise FieldValueError("not an email address")
    name = value.get("name")
    if name is None or not _string(name).strip():
        return email.encode("ascii") if "@" in email else b"<" + email.encode("ascii") + b">"
    return b" ".join([*phrase(_string(name).strip()), b"<" + email.encode("ascii") + b">"])


def _ascii_domain(email: str) -> str:
    local, at, domain = email.rpartition("@")
    if email.isascii() or not at:
        return email
    try:
        return local + at + domain[:255].encode("idna").decode("ascii")
    except UnicodeError as error:
        raise FieldValueError("not a domain name") from error


def _comma_separated(used: int, items: list[bytes]) -> bytes:
    words = [word for item in items[:-1] for word in _spaced(item + b",")]
    return fold(used, words + [word for item in items[-1:] for word in _spaced(item)])


def _spaced(item: bytes) -> list[bytes]:
    """Pieces between which a line may be broken: never inside a quoted string."""
    return [b" " + item] if b'"' in item else [b" " + word for word in item.split(b" ")]


def _message_ids(used: int, value: Any) -> bytes:
    return fold(used, [b" <" + _token(item) + b">" for item in _list(value)])


def _urls(used: int, value: Any) -> bytes:
    return _comma_separated(used, [b"<" + _token(item) + b">" for item in _list(value)])


def _date(_used: int, value: Any) -> bytes:
    try:
        moment = datetime.fromisoformat(_string(value))
    except ValueError as error:
        raise FieldValueError("not a date") from error
    if moment.tzinfo is None:
        raise FieldValueError("a date without its zone")
    return b" " + format_datetime(moment.replace(microsecond=0)).encode("ascii")


def _token(value: Any) -> bytes:
    if not _TOKEN.match(_string(value)):
        raise FieldValueError("not an identifier or address")
    return bytes(value, "ascii")


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise FieldValueError("not a string")
    return value


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise FieldValueError("not a list")
    return value


_WRITERS: dict[str, Callable[[int, Any], bytes]] = {
    "Raw": _raw,
    "Text": _text,
    "Addresses": _addresses,
    "GroupedAddresses": _grouped_addresses,
    "MessageIds": _message_ids,
    "Date": _date,
    "URLs": _urls,
}
