"""NUL, which jsonb refuses, looked for in JSON values: in their text a backslash and "u0000" may stand as well."""

from typing import Any


def holds_nul(value: Any) -> bool:
    """Whether a string in `value`, or a key, has the character in it."""
    if isinstance(value, dict):
        return any(holds_nul(item) for pair in value.items() for item in pair)
    if isinstance(value, list):
        return any(map(holds_nul, value))
    return isinstance(value, str) and "\x00" in value
