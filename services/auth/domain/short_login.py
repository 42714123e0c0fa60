"""The short identifier: first letter of the given name and up to seven of the family name (Camille Brindacier →
cbrindac), then a number for whoever shares them."""

import re

MAX_LETTERS = 8
_NOBODYS = "agent"
_NOT_A_LETTER = re.compile(r"[^a-z]+")
_FORM = re.compile(r"[a-z]{1,8}[0-9]{0,9}\Z")


def short_login_base(address: str) -> str:
    """What the short identifier of an address's holder begins with: made of the address, which holds both names without
    accents, so that it never changes either. Migration 0011 says the same in SQL."""
    given, _, family = address.partition("@")[0].partition(".")
    letters = _letters(given)[:1] + _letters(family or given)[: MAX_LETTERS - 1]
    return letters or _NOBODYS


def short_login_typed(login: str) -> str:
    """The short identifier that somebody may have meant by what they typed; "" when it can't be one."""
    text = login.strip().lower()
    return text if _FORM.match(text) else ""


def _letters(text: str) -> str:
    return _NOT_A_LETTER.sub("", text)
