"""The parsed forms of a header field (RFC 8621 §4.1.2). Octets of the field value in, JSON values out; never an error.

`octets` is `Field.value`, or `value.encode("latin-1")` of a pair in `ParseSummary.headers`.
"""

from __future__ import annotations

import re
import unicodedata

from services.mail.domain.mime.addresses import Group, Mailbox, read_groups
from services.mail.domain.mime.charsets import decode_octets
from services.mail.domain.mime.dates import read_date
from services.mail.domain.mime.encoded_words import decode_words
from services.mail.domain.mime.header_block import unfold
from services.mail.domain.mime.limits import MESSAGE_IDS_MAX, TEXT_VALUE_MAX
from services.mail.domain.mime.parameters import strip_comments
from services.mail.domain.mime.summary import EmailAddress, EmailAddressGroup

_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_ANGLED = re.compile(r"<([^<>]*+)>")
_SPACES = re.compile(r"\s++")


def as_raw(octets: bytes) -> str:
    """§4.1.2.1 Raw: U+FFFD for octets that are not UTF-8, NUL dropped, folding and leading space kept."""
    return octets.decode("utf-8", "replace").replace("\x00", "")


def as_text(octets: bytes) -> str:
    """§4.1.2.2 Text: unfolded, encoded words decoded, no control characters, NFC."""
    text = decode_words(decode_octets(unfold(octets[:TEXT_VALUE_MAX])))
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip(" \t")


def as_addresses(octets: bytes) -> list[EmailAddress]:
    """§4.1.2.3 Addresses: groups dissolved."""
    return [address for group in as_grouped_addresses(octets) for address in group.addresses]


def as_grouped_addresses(octets: bytes) -> list[EmailAddressGroup]:
    """§4.1.2.4 GroupedAddresses: mailboxes outside of a group stand in one whose name is null."""
    return [
        EmailAddressGroup(name=_name(group.name), addresses=[_address(mailbox) for mailbox in group.mailboxes])
        for group in address_groups(octets)
    ]


def as_message_ids(octets: bytes) -> list[str] | None:
    """§4.1.2.5 MessageIds: without angle brackets; null when there is none in the field."""
    text = strip_comments(decode_octets(unfold(octets)))
    found = [_SPACES.sub("", match[1]) for match in _ANGLED.finditer(text)]
    return [identifier for identifier in found if identifier][:MESSAGE_IDS_MAX] or None


def as_date(octets: bytes) -> str | None:
    """§4.1.2.6 Date: RFC 3339 with the zone that was written, null when it is none."""
    return read_date(octets)


def as_urls(octets: bytes) -> list[str] | None:
    """§4.1.2.7 URLs (RFC 2369): null when there is none in the field."""
    text = strip_comments(decode_octets(unfold(octets)))
    found = [_SPACES.sub("", match[1]) for match in _ANGLED.finditer(text)]
    return [url for url in found if url][:MESSAGE_IDS_MAX] or None


def address_groups(octets: bytes) -> list[Group]:
    """The lists with display names still encoded, as IMAP wants them."""
    return read_groups(_CONTROL.sub("", decode_octets(unfold(octets))))


def _address(mailbox: Mailbox) -> EmailAddress:
    return EmailAddress(name=_name(mailbox.name), email=mailbox.email)


def _name(encoded: str | None) -> str | None:
    if encoded is None:
        return None
    text = _CONTROL.sub("", decode_words(encoded))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text)).strip() or None
