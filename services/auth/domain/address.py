"""The professional address: prénom.nom@domain, RFC 5321 local part of at most 64 octets, in a-z, 0-9, "-" and "."."""

import re

from services.auth.domain.names import fold, tidy

MAX_LOCAL_PART = 64
_ROOM_FOR_NUMBER = 6
_MAX_BASE = MAX_LOCAL_PART - _ROOM_FOR_NUMBER
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_NOT_KEPT = re.compile(r"[^a-z]+")
_LOCAL_PART = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*\Z")
_TRAILING_NUMBER = re.compile(r"[0-9]+\Z")


class UnspeakableNameError(ValueError):
    """A name without a single letter that an address can hold."""


def base_local_part(given_name: str, family_name: str) -> str:
    """What a person's address begins with, before the number that homonyms get. Spaces and hyphens become hyphens,
    apostrophes vanish: Jean-François, d’Alès → jean-francois.dales. Raises UnspeakableNameError."""
    family = _part(family_name)
    given = _part(given_name)
    if not given or not family:
        raise UnspeakableNameError
    given = given[: _MAX_BASE // 2 if len(family) >= _MAX_BASE // 2 else _MAX_BASE - 1 - len(family)]
    family = family[: _MAX_BASE - 1 - len(given)]
    return f"{given.strip('-')}.{family.strip('-')}"


def numbered(base: str, number: int) -> str:
    """The local part of the `number`th person of that name, from 1: the first one has no number."""
    return base if number == 1 else f"{base}{number}"


def normalise_login(login: str, domain: str) -> str | None:
    """The address that a person meant by what they typed: with or without the domain, in any case. None when it can't
    be one of ours."""
    text = login.strip().lower()
    local_part, at, given_domain = text.partition("@")
    if at and given_domain != domain.lower():
        return None
    if len(local_part) > MAX_LOCAL_PART or not _LOCAL_PART.match(local_part):
        return None
    return f"{local_part}@{domain.lower()}"


def names_from(address: str) -> tuple[str, str]:
    """Given and family name for an account made from its address alone: camille.brindacier@… → Camille, Brindacier.
    An address without a dot gives the same word twice."""
    local_part = _TRAILING_NUMBER.sub("", address.partition("@")[0]) or address.partition("@")[0]
    given, _, family = local_part.partition(".")
    return tidy(given.upper()), tidy((family or given).replace(".", " ").upper())


def _part(name: str) -> str:
    return _NOT_KEPT.sub("-", _APOSTROPHES.sub("", fold(name))).strip("-")
