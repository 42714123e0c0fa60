"""One id for everything that a request or an event sets off, in every process; each log line carries it."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")


def new_correlation_id() -> str:
    return secrets.token_hex(8)


def correlation_id() -> str:
    """The id of the work at hand, "" outside of any."""
    return _correlation_id.get()


@contextmanager
def correlated(given: object = None) -> Iterator[str]:
    """Within the block log lines and calls carry `given`; a fresh id when it is missing or not fit for a log."""
    value = given if isinstance(given, str) and _ACCEPTABLE.match(given) else new_correlation_id()
    token = _correlation_id.set(value)
    try:
        yield value
    finally:
        _correlation_id.reset(token)
