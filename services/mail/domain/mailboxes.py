"""Mailboxes: those that every agent starts with, and what a name may be."""

import unicodedata
from dataclasses import dataclass

DEFAULT_MAILBOXES = (
    ("inbox", "Boîte de réception"),
    ("drafts", "Brouillons"),
    ("sent", "Envoyés"),
    ("archive", "Archives"),
    ("junk", "Indésirables"),
    ("trash", "Corbeille"),
)
"""Role (RFC 8621 §2, the IANA registry of mailbox names) and name, in the order they are shown."""

SNOOZED_NAME = "En attente"
"""Of the mailbox where snoozed emails wait, made when it is first needed."""

DEFAULT_ROLES = frozenset(role for role, _ in DEFAULT_MAILBOXES)
OTHER_ROLES = frozenset({"all", "flagged", "important", "memos", "scheduled", "snoozed", "subscribed", "templates"})
ROLES = DEFAULT_ROLES | OTHER_ROLES

MAX_NAME_OCTETS = 490
MAX_DEPTH = 10
MAX_MAILBOXES = 2_000


@dataclass(frozen=True, slots=True)
class InvalidNameError(Exception):
    """Why the name was refused, for developers."""

    reason: str


def clean_name(name: str) -> str:
    """The name as it is kept: Unicode NFC (RFC 5198). Raises InvalidNameError: empty, over MAX_NAME_OCTETS in UTF-8, or
    with control characters."""
    composed = unicodedata.normalize("NFC", name)
    if not composed.strip():
        raise InvalidNameError("empty")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in composed):
        raise InvalidNameError("control character")
    if len(composed.encode()) > MAX_NAME_OCTETS:
        raise InvalidNameError("too long")
    return composed
