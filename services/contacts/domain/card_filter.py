"""Conditions of ContactCard/query (RFC 9610 §3.3.1) as a tree, with nothing of JSON left in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Words:
    """A tsquery over the card's lexemes."""

    query: str


@dataclass(frozen=True, slots=True)
class InBook:
    id: str


@dataclass(frozen=True, slots=True)
class Equals:
    column: Literal["uid", "kind"]
    value: str


@dataclass(frozen=True, slots=True)
class HasMember:
    uid: str


@dataclass(frozen=True, slots=True)
class Written:
    """created or updated, before (exclusive) or after (inclusive)."""

    column: Literal["created_at", "updated_at"]
    before: bool
    moment: datetime


@dataclass(frozen=True, slots=True)
class All:
    """True of a card when all its parts are; without parts, of every card."""

    parts: tuple["Filter", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True of a card when one of its parts is; without parts, of none."""

    parts: tuple["Filter", ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    part: "Filter"


Filter = Words | InBook | Equals | HasMember | Written | All | AnyOf | Not
NOTHING = AnyOf()
