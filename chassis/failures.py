"""What an exception means: to a log (never its text), to a caller (a ServiceError), to a retry (whose fault it is)."""

import traceback
from pathlib import Path
from typing import Any

import psycopg2

from chassis.db import PoolExhaustedError
from contracts.errors import ErrorCode, ServiceError

ROOT = Path(__file__).resolve().parent.parent
MAX_FRAMES = 12
MAX_CAUSES = 4
_OUTAGE_CLASSES = ("08", "53", "57P", "58")
_READ_ONLY = "25006"
_STATEMENT_TIMEOUT = "57014"
_MAY_SUCCEED_LATER = ("40", "55P03", _STATEMENT_TIMEOUT)


def describe(error: BaseException) -> dict[str, Any]:
    """An exception as it may be logged: {type, at: [file:line, innermost first], sqlstate?, code?, detail?, cause?}.

    The text of an exception may quote what an agent typed or wrote, so it is left out.
    """
    return _describe(error, MAX_CAUSES)


def as_service_error(error: BaseException) -> ServiceError:
    """What a caller may learn of `error`: itself when it is a ServiceError, `unavailable` for a database that is away
    or too busy, `internal` for everything else, without a text."""
    if isinstance(error, ServiceError):
        return error
    if is_outage(error) or _sqlstate(error).startswith(_MAY_SUCCEED_LATER):
        return ServiceError(ErrorCode.UNAVAILABLE, retryable=True)
    return ServiceError(ErrorCode.INTERNAL)


def is_outage(error: BaseException) -> bool:
    """Whether the database is away, full or giving no connection: whoever asked is not to blame."""
    if isinstance(error, PoolExhaustedError):
        return True
    if not isinstance(error, psycopg2.Error):
        return False
    state = _sqlstate(error)
    if not state:
        return isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
    return state.startswith(_OUTAGE_CLASSES) or state == _READ_ONLY


def _describe(error: BaseException, depth: int) -> dict[str, Any]:
    kind = type(error)
    told: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}", "at": _places(error)}
    if _sqlstate(error):
        told["sqlstate"] = _sqlstate(error)
    if isinstance(error, ServiceError):
        told |= {"code": str(error.code), "detail": error.detail}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and depth:
        told["cause"] = _describe(cause, depth - 1)
    return told


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{_short(frame.filename)}:{frame.lineno}" for frame in reversed(frames[-MAX_FRAMES:])]


def _short(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return str(path.relative_to(ROOT))
    return "/".join(path.parts[-2:])


def _sqlstate(error: BaseException) -> str:
    """The five-character code of PostgreSQL, "" for other errors (psycopg2 and asyncpg name it differently)."""
    state = getattr(error, "pgcode", None) or getattr(error, "sqlstate", None)
    return state if isinstance(state, str) else ""
