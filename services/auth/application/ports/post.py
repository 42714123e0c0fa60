"""The way out for mails."""

from enum import StrEnum
from typing import Protocol

from services.auth.domain.notice_text import NoticeText


class Posted(StrEnum):
    """REFUSED: it will never be taken. AWAY: nobody could take it now."""

    SENT = "sent"
    REFUSED = "refused"
    AWAY = "away"


class Post(Protocol):
    async def send(self, text: NoticeText, address: str) -> Posted:
        """Takes less than a minute."""
        ...
