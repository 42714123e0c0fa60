"""The properties of a JMAP object that stand for header fields, checked and written (RFC 8621 §4.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from services.mail.domain.mime.compose.draft import DraftError
from services.mail.domain.mime.compose.field_values import FieldValueError, write_field
from services.mail.domain.mime.header_properties import CONVENIENCE, HeaderProperty, HeaderPropertyError


@dataclass(slots=True)
class WrittenField:
    """One header property: its field in lower case, the path of the property, and the fields as octets."""

    field: str
    path: str
    octets: bytes


def header_fields(given: dict[str, Any], prefix: str, convenience: Iterable[str]) -> list[WrittenField]:
    """Writes `header:…` properties and those of CONVENIENCE that are listed; null ones are absent.

    Raises DraftError for a bad name, form or value, and for two properties of one field.
    """
    written: list[WrittenField] = []
    wanted = set(convenience)
    for name, value in given.items():
        if (not name.startswith("header:") and name not in wanted) or value is None:
            continue
        written.append(_write(name, prefix + name, value))
    _refuse_duplicates(written)
    return written


def _write(name: str, path: str, value: Any) -> WrittenField:
    try:
        found = HeaderProperty.read(CONVENIENCE.get(name, name))
        values = value if found.all else [value]
        if not isinstance(values, list):
            raise FieldValueError("not a list")
        octets = b"".join(write_field(found.written, found.form, item) for item in values if item not in ([], None))
    except (HeaderPropertyError, FieldValueError) as error:
        raise DraftError(str(error), path) from error
    return WrittenField(found.field, path, octets)


def _refuse_duplicates(written: list[WrittenField]) -> None:
    seen: dict[str, str] = {}
    for item in written:
        if item.field in seen:
            raise DraftError("two properties stand for one header field", seen[item.field], item.path)
        seen[item.field] = item.path
