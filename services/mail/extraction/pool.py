"""Children that read attachments: a pool of their own, so that no delivery ever waits behind a document."""

from __future__ import annotations

import base64

from services.mail.application.attachment_texts import Claimed
from services.mail.domain.attachment_kinds import ReadablePart
from services.mail.extraction.protocol import Extracted, ExtractRequest
from services.mail.parser.child import ChildDiedError
from services.mail.parser.pool import Pool
from services.mail.parser.protocol import BlobSource, ParserUnavailable

WORKER = "services.mail.extraction.worker"


class ExtractionPool:
    """Implements application.attachment_readers.Extractor."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def read(self, claimed: Claimed, part: ReadablePart) -> Extracted:
        """What kills its child, by time or memory, has no text. Raises ParserUnavailable when the blob is away."""
        try:
            reply = await self._pool.ask(request_of(claimed, part).model_dump(), again=True)
        except ChildDiedError as death:
            return Extracted(problem="timeout" if death.reason == "timeout" else "crash")
        if "result" not in reply:
            raise ParserUnavailable("the blob cannot be read")
        return Extracted.model_validate(reply["result"])


def request_of(claimed: Claimed, part: ReadablePart) -> ExtractRequest:
    """What the child is asked."""
    source = BlobSource.model_validate(
        {
            "sha256": claimed.sha256,
            "prefix": base64.b64encode(claimed.trace).decode("ascii"),
            "start": part.start,
            "end": part.end,
            "encoding": part.encoding,
        }
    )
    return ExtractRequest(source=source, kind=part.kind, charset=part.charset)
