"""What a child is asked, and what it answers: {"result": {"text", "problem"}}, or {"error": …} when the blob cannot be
read now (services.mail.parser.protocol has the frames)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from services.mail.domain.attachment_kinds import Kind
from services.mail.parser.protocol import BlobSource

TEXT_MAX = 300_000
"""Characters of text that are kept of one message: its words fit PostgreSQL's 1 MB of a vector."""

Problem = Literal["protected", "too-large", "unreadable", "crash", "timeout"]


class ExtractRequest(BaseModel):
    source: BlobSource
    kind: Kind
    charset: str | None = None


class Extracted(BaseModel):
    """problem: why there is no text, or no more of it."""

    text: str = ""
    problem: Problem | None = None

    def reply(self) -> dict[str, Any]:
        return {"result": self.model_dump()}
