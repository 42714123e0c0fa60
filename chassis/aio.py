"""Runs an asyncio process until SIGTERM."""

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine
from typing import Any

SHUTDOWN_SECONDS = 8.0
FAILED = 1

_log = logging.getLogger(__name__)


def run(*tasks: Coroutine[Any, Any, None]) -> None:
    """Runs the coroutines side by side until SIGTERM or SIGINT, then cancels them (8 s to finish) and returns. When one
    ends or fails by itself the process ends non-zero, for the supervisor to start it again."""
    if not asyncio.run(_run(tasks)):
        sys.exit(FAILED)


async def _run(coroutines: tuple[Coroutine[Any, Any, None], ...]) -> bool:
    loop = asyncio.get_running_loop()
    told_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop.set)
    stopping = asyncio.create_task(told_to_stop.wait())
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    ended = [task for task in tasks if task.done()]
    for task in (*tasks, stopping):
        task.cancel()
    _, unfinished = await asyncio.wait(tasks, timeout=SHUTDOWN_SECONDS)
    for task in ended:
        error = None if task.cancelled() else task.exception()
        _log.critical("a task that should run for ever ended", exc_info=error)
    if unfinished:
        _log.error("not everything ended in time", extra={"unfinished": len(unfinished)})
    return not ended
