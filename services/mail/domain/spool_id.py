"""Names of what waits in a queue. Pure."""

import secrets
import time

_DIGITS = "0123456789abcdefghijklmnopqrstuv"


def new_spool_id() -> str:
    """Twenty digits of base 32: milliseconds first, so that they sort by age, then 55 random bits."""
    return _base32(time.time_ns() // 1_000_000, 9) + _base32(secrets.randbits(55), 11)


def _base32(number: int, length: int) -> str:
    return "".join(_DIGITS[number >> 5 * place & 31] for place in reversed(range(length)))
