"""Why an address that somebody gave could not be fetched. Its text never holds the address."""

from enum import StrEnum


class Reason(StrEnum):
    FORBIDDEN = "forbidden"
    """The address, or one that it leads to, is none that may be reached."""
    UNREACHABLE = "unreachable"
    """The name doesn't exist, nobody listens, or the certificate isn't that of the name."""
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    BROKEN = "broken"
    """What came isn't HTTP, is encoded in spite of what was asked for, or redirects without end."""


class OutwardError(Exception):
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


def forbidden(detail: str) -> OutwardError:
    return OutwardError(Reason.FORBIDDEN, detail)
