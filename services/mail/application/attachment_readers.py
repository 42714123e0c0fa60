"""Takes messages from the queue of attachments, has them read, and rests when there are none."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol

from services.mail.application.attachment_texts import AttachmentTexts, Claimed
from services.mail.domain.attachment_kinds import ReadablePart
from services.mail.extraction.protocol import TEXT_MAX, Extracted

log = logging.getLogger(__name__)
REST_SECONDS = 2.0
TROUBLE_SECONDS = 5.0
AWAY_SECONDS = 60.0
MESSAGE_SECONDS = 120.0
"""Attachments of one message whose turn comes after that are left out."""


class Extractor(Protocol):
    async def read(self, claimed: Claimed, part: ReadablePart) -> Extracted: ...


class AttachmentReaders:
    """`count` messages at a time. `observe` is told what became of each attachment: "read" or the problem."""

    def __init__(self, work: AttachmentTexts, extractor: Extractor, count: int, observe: Callable[[str], None]) -> None:
        self._work = work
        self._extractor = extractor
        self._count = count
        self._observe = observe

    async def run(self) -> None:
        """Until cancelled; what is in hand then is taken up by another process, or by this one later."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._count):
                group.create_task(self._read_on())

    async def _read_on(self) -> None:
        while True:
            try:
                busy = await self.read_one()
            except Exception as error:
                log.error("the queue of attachments cannot be worked", exc_info=error)
                await asyncio.sleep(TROUBLE_SECONDS)
            else:
                if not busy:
                    await asyncio.sleep(REST_SECONDS)

    async def read_one(self) -> bool:
        claimed = await asyncio.to_thread(self._work.claim)
        if claimed is None:
            return False
        try:
            text = await self._texts(claimed)
            await asyncio.to_thread(self._work.keep, claimed, text)
        except Exception as error:
            log.warning("attachments not read yet", exc_info=error, extra={"message_id": claimed.message_id})
            await asyncio.to_thread(self._work.put_off, claimed, AWAY_SECONDS * claimed.tries)
        return True

    async def _texts(self, claimed: Claimed) -> str:
        texts: list[str] = []
        room, end = TEXT_MAX, time.monotonic() + MESSAGE_SECONDS
        for part in claimed.parts:
            if room <= 0 or time.monotonic() > end:
                break
            extracted = await self._extractor.read(claimed, part)
            self._observe(extracted.problem or "read")
            if extracted.problem:
                told = {"message_id": claimed.message_id, "part": part.part_id, "problem": extracted.problem}
                log.info("no text of an attachment", extra=told)
            texts.append(extracted.text[:room])
            room -= len(texts[-1]) + 1
        return "\n".join(texts)
