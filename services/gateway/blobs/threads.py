"""Disk work happens in threads of its own, a bounded number of them, so that the loop keeps turning."""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class DiskThreads:
    def __init__(self, count: int = 16) -> None:
        self._executor = ThreadPoolExecutor(count, thread_name_prefix="disk")

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        context = contextvars.copy_context()
        call = asyncio.get_running_loop().run_in_executor(self._executor, lambda: context.run(work, *args, **kwargs))
        return await call

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
