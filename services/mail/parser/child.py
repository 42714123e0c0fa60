"""One child process of the pool, as the pool sees it."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from services.mail.parser.protocol import LENGTH, FrameError, decode_body, encode_frame, frame_length

START_SECONDS = 20.0


class ChildDiedError(Exception):
    """The child ended, or did not answer in time and was killed. reason: "timeout" or "crash"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Child:
    """A started worker. `served` counts its requests; `rss_kb` is the most memory it had."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.served = 0
        self.rss_kb = 0

    @classmethod
    async def start(cls, module: str, environment: dict[str, str]) -> Child:
        """Returns when the child is ready. Raises ChildDiedError."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **environment},
        )
        child = cls(process)
        try:
            await child._receive(START_SECONDS)
        except BaseException:
            await child.kill()
            raise
        return child

    @property
    def pid(self) -> int:
        return self._process.pid

    async def ask(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """One request. Raises ChildDiedError, and the child is dead then; so it is when the asker is cancelled."""
        self.served += 1
        try:
            self._input.write(encode_frame(message))
            reply = await self._receive(seconds)
        except BaseException:
            await self.kill()
            raise
        self.rss_kb = int(reply.pop("rss_kb", 0))
        return reply

    async def kill(self) -> None:
        """Ends the child at once, and waits for its end."""
        if self._process.returncode is None:
            try:
                self._process.kill()
            except ProcessLookupError:
                return
        self._input.close()
        await self._process.wait()

    async def _receive(self, seconds: float) -> dict[str, Any]:
        output = self._process.stdout
        if output is None:
            raise ChildDiedError("crash")
        try:
            async with asyncio.timeout(seconds):
                length = frame_length(await output.readexactly(LENGTH.size))
                return decode_body(await output.readexactly(length))
        except TimeoutError as error:
            raise ChildDiedError("timeout") from error
        except (asyncio.IncompleteReadError, ConnectionError, FrameError) as error:
            raise ChildDiedError("crash") from error

    @property
    def _input(self) -> asyncio.StreamWriter:
        writer = self._process.stdin
        if writer is None:
            raise ChildDiedError("crash")
        return writer
