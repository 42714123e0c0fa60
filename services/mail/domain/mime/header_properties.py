"""JMAP property names of the form `header:{field}[:as{Form}][:all]` (RFC 8621 §4.1.3), and their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from services.mail.domain.mime import header_forms

FORMS: dict[str, Callable[[bytes], Any]] = {
    "Raw": header_forms.as_raw,
    "Text": header_forms.as_text,
    "Addresses": header_forms.as_addresses,
    "GroupedAddresses": header_forms.as_grouped_addresses,
    "MessageIds": header_forms.as_message_ids,
    "Date": header_forms.as_date,
    "URLs": header_forms.as_urls,
}
CONVENIENCE = {
    "messageId": "header:Message-ID:asMessageIds",
    "inReplyTo": "header:In-Reply-To:asMessageIds",
    "references": "header:References:asMessageIds",
    "sender": "header:Sender:asAddresses",
    "from": "header:From:asAddresses",
    "to": "header:To:asAddresses",
    "cc": "header:Cc:asAddresses",
    "bcc": "header:Bcc:asAddresses",
    "replyTo": "header:Reply-To:asAddresses",
    "subject": "header:Subject:asText",
    "sentAt": "header:Date:asDate",
}
"""RFC 8621 §4.1.3: each convenience property is this header property."""

_ADDRESS_FIELDS = frozenset(
    ("" if first else "resent-") + name
    for first in (True, False)
    for name in ("from", "sender", "reply-to", "to", "cc", "bcc")
)
_MESSAGE_ID_FIELDS = frozenset({"message-id", "in-reply-to", "references", "resent-message-id"})
_DATE_FIELDS = frozenset({"date", "resent-date"})
_TEXT_FIELDS = frozenset({"subject", "comments", "keywords", "list-id"})
_URL_FIELDS = frozenset({"list-help", "list-unsubscribe", "list-subscribe", "list-post", "list-owner", "list-archive"})
_RAW_ONLY_FIELDS = frozenset({"return-path", "received"})
_DEFINED = _ADDRESS_FIELDS | _MESSAGE_ID_FIELDS | _DATE_FIELDS | _TEXT_FIELDS | _URL_FIELDS | _RAW_ONLY_FIELDS
_ALLOWED = {
    "Text": _TEXT_FIELDS,
    "Addresses": _ADDRESS_FIELDS,
    "GroupedAddresses": _ADDRESS_FIELDS,
    "MessageIds": _MESSAGE_ID_FIELDS,
    "Date": _DATE_FIELDS,
    "URLs": _URL_FIELDS,
}
_PROPERTY = re.compile(r"header:([!-9;-~]{1,200})(?::as([A-Za-z]{1,20}))?(:all)?\Z")


class HeaderPropertyError(ValueError):
    """Not a header property, or a form that the field may not have: invalidArguments, invalidProperties."""


@dataclass(frozen=True, slots=True)
class HeaderProperty:
    """field in lower case; written: as the client spelled it; form: a key of FORMS; all: every occurrence."""

    field: str
    form: str
    all: bool
    written: str

    @classmethod
    def read(cls, name: str) -> HeaderProperty:
        """Reads a property name. Raises HeaderPropertyError."""
        match = _PROPERTY.match(name)
        if match is None:
            raise HeaderPropertyError(f"{name[:100]!r} is not a header property")
        field, form = match[1].lower(), match[2] or "Raw"
        if form not in FORMS:
            raise HeaderPropertyError(f"there is no form as{form}")
        if form != "Raw" and field in _DEFINED and field not in _ALLOWED[form]:
            raise HeaderPropertyError(f"{match[1]} has no form as{form}")
        return cls(field, form, match[3] is not None, match[1])

    def value(self, headers: Iterable[tuple[str, str]]) -> Any:
        """The JSON value: of the last such field, or of all in order; null, or [] for all, when there is none."""
        found = [value.encode("latin-1") for name, value in headers if name.lower() == self.field]
        convert = FORMS[self.form]
        if self.all:
            return [_json(convert(octets)) for octets in found]
        return _json(convert(found[-1])) if found else None


def _json(value: Any) -> Any:
    if isinstance(value, list):
        return [_json(item) for item in value]
    return value.model_dump() if isinstance(value, BaseModel) else value
