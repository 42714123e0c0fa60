"""JSON lines on stderr, with nothing of the agents' in them."""

import logging
import os
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import orjson

from chassis.correlation import correlation_id
from chassis.failures import describe

OWN_ROOTS = frozenset({"chassis", "contracts", "services"})
MAX_FOREIGN_MESSAGE = 300
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_QUIET = {
    "nameko": logging.ERROR,
    "kombu": logging.WARNING,
    "amqp": logging.WARNING,
    "aiormq": logging.CRITICAL,
    "aio_pika": logging.CRITICAL,
    "uvicorn": logging.WARNING,
    "mail.log": logging.ERROR,
}

_log = logging.getLogger(__name__)


def configure(process: str, level: str | None = None) -> None:
    """Sends every log record to stderr as one JSON object a line: ts, level, process, logger, msg, correlation_id and
    whatever was passed as `extra`. `level` defaults to LOG_LEVEL, then INFO.

    The rule: the text of an exception is never written, whether passed as exc_info, as an argument or in `extra`, nor
    when nobody catches it; it is logged by its type, its place (file:line), its SQLSTATE and, for a ServiceError, its
    code and detail. Of a library's record only the first line is written, its arguments by their type unless they are
    numbers.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel((level or os.environ.get("LOG_LEVEL") or "INFO").upper())
    for name, lowest in _QUIET.items():
        logging.getLogger(name).setLevel(lowest)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _uncaught_in_thread


class JsonFormatter(logging.Formatter):
    def __init__(self, process: str) -> None:
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        own = record.name.partition(".")[0] in OWN_ROOTS or record.name == "__main__"
        entry: dict[str, Any] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self._process,
            "logger": record.name,
            "msg": _own_message(record) if own else _foreign_message(record),
        }
        if correlation_id():
            entry["correlation_id"] = correlation_id()
        if record.exc_info and record.exc_info[1] is not None:
            entry["error"] = describe(record.exc_info[1])
        for key, value in vars(record).items():
            if key not in _STANDARD and key not in entry:
                entry[key] = _safe(value)
        return orjson.dumps(entry, default=_type_name, option=orjson.OPT_NON_STR_KEYS).decode()


def _own_message(record: logging.LogRecord) -> str:
    if isinstance(record.msg, BaseException):
        return _type_name(record.msg)
    return _interpolate(record, _safe_text)


def _foreign_message(record: logging.LogRecord) -> str:
    if not isinstance(record.msg, str):
        return _type_name(record.msg)
    line = _interpolate(record, _number_or_type).strip().partition("\n")[0]
    return line[:MAX_FOREIGN_MESSAGE]


def _interpolate(record: logging.LogRecord, safe: Any) -> str:
    template = str(record.msg)
    if not record.args:
        return template
    try:
        if isinstance(record.args, dict):
            return template % {key: safe(value) for key, value in record.args.items()}
        return template % tuple(safe(value) for value in record.args)
    except (TypeError, ValueError, KeyError):
        return template


def _safe_text(value: object) -> object:
    return _type_name(value) if isinstance(value, BaseException) else value


def _number_or_type(value: object) -> object:
    return value if isinstance(value, int | float) else _type_name(value)


def _safe(value: object) -> object:
    if isinstance(value, BaseException):
        return describe(value)
    if isinstance(value, dict):
        return {key: _safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_safe(item) for item in value]
    return value if value is None or isinstance(value, str | int | float | bool) else _type_name(value)


def _type_name(value: object) -> str:
    return f"<{type(value).__name__}>"


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("nobody caught an error: the process ends", exc_info=(kind, error, trace))


def _unraisable(hint: "sys.UnraisableHookArgs") -> None:
    _log.error("an error could not be raised", exc_info=hint.exc_value)


def _uncaught_in_thread(hint: threading.ExceptHookArgs) -> None:
    if hint.exc_value is not None and not isinstance(hint.exc_value, SystemExit):
        _log.error("a thread ended with an error", exc_info=hint.exc_value)
