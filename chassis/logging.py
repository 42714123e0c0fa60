"""JSON lines on stderr, with nothing of the agents' in them."""


def configure(process: str, level: str | None = None) -> None:
    """Sends every log record to stderr as one JSON object a line: ts, level, process, logger, msg, correlation_id and
    whatever was passed as `extra`. `level` defaults to LOG_LEVEL, then INFO.

    The rule: the text of an exception is never written, whether passed as exc_info or as an argument; it is logged by
    its type, its place (file:line) and, for a ServiceError, its code and detail.
    """
    raise NotImplementedError
