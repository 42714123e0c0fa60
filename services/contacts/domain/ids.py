"""JMAP ids of the contacts service."""

import re
from typing import Literal, NamedTuple

from contracts.contacts import DIRECTORY_ID

Origin = Literal["d", "p"]
"""A card of the directory, or a personal one."""

_CARD = re.compile(r"([dp])([1-9]\d{0,17})")
_BOOK = re.compile(r"b([1-9]\d{0,17})")


class CardId(NamedTuple):
    origin: Origin
    number: int

    def __str__(self) -> str:
        return f"{self.origin}{self.number}"


def parse_card_id(text: str) -> CardId | None:
    match = _CARD.fullmatch(text)
    if not match:
        return None
    return CardId("d" if match[1] == "d" else "p", int(match[2]))


def book_id(number: int) -> str:
    return f"b{number}"


def parse_book_id(text: str) -> int | None:
    """The number of a personal address book; None for the directory and for what is no id."""
    match = _BOOK.fullmatch(text)
    return int(match[1]) if match else None


def is_directory(text: str) -> bool:
    return text == DIRECTORY_ID
