"""Errors that cross the bus. Every failure a caller may see is a ServiceError with a stable code."""

from enum import StrEnum


class ErrorCode(StrEnum):
    """Stable words for programs; what an agent reads is chosen by the gateway's catalogue."""

    INVALID_REQUEST = "invalid-request"
    NOT_FOUND = "not-found"
    FORBIDDEN = "forbidden"
    CONFLICT = "conflict"
    BAD_CREDENTIALS = "bad-credentials"
    TICKET_EXPIRED = "ticket-expired"
    WEAK_PASSWORD = "weak-password"  # noqa: S105 - an error code
    BAD_CODE = "bad-code"
    SLOW_DOWN = "slow-down"
    CHALLENGE_REQUIRED = "challenge-required"
    TOO_LARGE = "too-large"
    DEADLINE_EXCEEDED = "deadline-exceeded"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


class ServiceError(Exception):
    """A typed failure of a service.

    code: what went wrong. retryable: whether the same call may succeed later. details: facts for the caller, JSON
    values only, never a secret, an address or a body. `detail` is for logs and developers, in English.
    """

    def __init__(
        self,
        code: ErrorCode,
        detail: str = "",
        *,
        retryable: bool = False,
        details: dict[str, object] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
        self.retryable = retryable
        self.details: dict[str, object] = details or {}
