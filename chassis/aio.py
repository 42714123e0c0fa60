"""Runs an asyncio process until SIGTERM."""

from collections.abc import Coroutine
from typing import Any


def run(*tasks: Coroutine[Any, Any, None]) -> None:
    """Runs the coroutines side by side until SIGTERM or SIGINT, then cancels them (8 s to finish) and returns. When one
    ends or fails by itself the process ends non-zero, for the supervisor to start it again."""
    raise NotImplementedError
