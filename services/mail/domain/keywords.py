"""Keywords of an email (RFC 8621 §4.1.1): IMAP flag keywords and the four system flags, in lower case."""

import re
from collections.abc import Collection

SEEN, DRAFT, FLAGGED, ANSWERED, FORWARDED = "$seen", "$draft", "$flagged", "$answered", "$forwarded"
RETURNED = "$returned"
"""Ours: an email that was snoozed and has come back."""
MAX_KEYWORDS = 100
_FORBIDDEN = frozenset('(){]%*"\\')
_SHAPE = re.compile(r"[\x21-\x7e]{1,255}")


def is_keyword(text: object) -> bool:
    return isinstance(text, str) and _SHAPE.fullmatch(text) is not None and not _FORBIDDEN & set(text)


def normal(keywords: Collection[str]) -> list[str]:
    """Lower case, each once, sorted: the form that is stored."""
    return sorted({keyword.lower() for keyword in keywords})


def is_unread(keywords: Collection[str]) -> bool:
    """RFC 8621 §2, unreadEmails: neither seen nor a draft."""
    return SEEN not in keywords and DRAFT not in keywords
