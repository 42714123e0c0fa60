"""Request bodies, bounded in size and in time."""

import asyncio
from collections.abc import AsyncIterator

from starlette.requests import ClientDisconnect, Request

from services.gateway.problems import ProblemError


async def chunks(request: Request, *, idle_seconds: float, total_seconds: float) -> AsyncIterator[bytes]:
    """The body as it arrives. Raises ProblemError request-timeout when nothing comes for `idle_seconds` or when it
    takes longer than `total_seconds`; ClientDisconnect when the client leaves."""
    loop = asyncio.get_running_loop()
    end = loop.time() + total_seconds
    more = True
    while more:
        try:
            async with asyncio.timeout_at(min(end, loop.time() + idle_seconds)):
                message = await request.receive()
        except TimeoutError:
            raise ProblemError("request-timeout", headers={"Connection": "close"}) from None
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        more = message.get("more_body", False)
        if message.get("body"):
            yield message["body"]


async def read(request: Request, *, max_bytes: int, idle_seconds: float, total_seconds: float) -> bytes:
    """The whole body. Raises ProblemError too-large past `max_bytes`, as soon as that is known."""
    if declared_length(request) > max_bytes:
        raise ProblemError("too-large", headers={"Connection": "close"})
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks(request, idle_seconds=idle_seconds, total_seconds=total_seconds):
        size += len(chunk)
        if size > max_bytes:
            raise ProblemError("too-large", headers={"Connection": "close"})
        parts.append(chunk)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def declared_length(request: Request) -> int:
    """Content-Length, 0 when it is missing (the parser of HTTP refuses any that isn't a number)."""
    value = request.headers.get("content-length", "0")
    return int(value) if value.isascii() and value.isdigit() else 0
