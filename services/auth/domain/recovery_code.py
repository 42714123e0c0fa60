"""Printed recovery codes: 80 random bits each, in letters and digits that are not taken for one another."""

import secrets

CODES = 10
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS = 4
_GROUP_LENGTH = 4
_LENGTH = _GROUPS * _GROUP_LENGTH
_MAX_TYPED = 64
_MISTAKEN = str.maketrans("OIL", "011")
_SEPARATORS = "-‐‑‒–—._"


class InvalidRecoveryCodeError(ValueError):
    """Not the form of a recovery code. Never holds the text."""


def new_recovery_code() -> str:
    """Four groups of four: 7KQ2-M0XD-9RTE-4WZA."""
    symbols = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(symbols[start : start + _GROUP_LENGTH] for start in range(0, _LENGTH, _GROUP_LENGTH))


def parse_recovery_code(text: str) -> str:
    """The sixteen symbols alone. Case, spaces, hyphens, and O, I, L for 0, 1, 1 are forgiven. Raises
    InvalidRecoveryCodeError."""
    if len(text) > _MAX_TYPED:
        raise InvalidRecoveryCodeError
    compact = "".join(symbol for symbol in text if not symbol.isspace() and symbol not in _SEPARATORS)
    symbols = compact.upper().translate(_MISTAKEN)
    if len(symbols) != _LENGTH or not set(symbols) <= set(_ALPHABET):
        raise InvalidRecoveryCodeError
    return symbols
