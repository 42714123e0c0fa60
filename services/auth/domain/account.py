"""The account of an agent, as the store keeps it."""

import re
from dataclasses import dataclass
from datetime import datetime

from contracts.auth import AccountState, Agent

_UAI = re.compile(r"[0-9]{7}[A-Z]")


class InvalidUaiError(ValueError):
    """Not the number of an establishment."""


@dataclass(frozen=True, slots=True)
class KeyedDigest:
    """HMAC-SHA-256 of something that is never kept itself. `key_id` names the key, so that keys can rotate."""

    key_id: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Account:
    """`numen` and `birth_date`: None for an account made from its address. `password_hash`, and when it was chosen:
    None before activation. `short_login`: "" only until one is given."""

    agent: Agent
    state: AccountState
    numen: KeyedDigest | None = None
    birth_date: KeyedDigest | None = None
    password_hash: str | None = None
    password_changed_at: datetime | None = None
    short_login: str = ""


def parse_uai(text: str) -> str:
    """Seven digits and a letter, in capitals. Raises InvalidUaiError."""
    candidate = "".join(text.split()).upper()
    if not _UAI.fullmatch(candidate):
        raise InvalidUaiError
    return candidate
