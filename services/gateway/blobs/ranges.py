"""Range requests (RFC 9110 §14) of one range; several at once are answered whole, as the RFC allows."""

import re

from starlette.requests import Request

from services.gateway.problems import ProblemError

_ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class NotSatisfiableError(Exception):
    """Nothing of the range exists."""


def parse(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, end) with end exclusive; None when the whole is to be sent. Raises NotSatisfiableError."""
    given = _ONE.fullmatch(header.strip()) if header else None
    if given is None or not (given[1] or given[2]):
        return None
    if not given[1]:
        start, end = max(0, size - int(given[2])), size
    else:
        start, end = int(given[1]), min(size, int(given[2]) + 1) if given[2] else size
        if given[2] and int(given[2]) < start:
            return None
    if start >= size or start >= end:
        raise NotSatisfiableError
    return start, end


def asked_for(request: Request, size: int) -> tuple[int, int] | None:
    """As `parse`. Raises ProblemError range-not-satisfiable."""
    try:
        return parse(request.headers.get("range"), size)
    except NotSatisfiableError:
        raise ProblemError("range-not-satisfiable", headers={"Content-Range": f"bytes */{size}"}) from None


def content_range(wanted: tuple[int, int], size: int) -> str:
    """The header of a 206."""
    return f"bytes {wanted[0]}-{wanted[1] - 1}/{size}"
