"""Mails owed to agents."""

from datetime import datetime
from typing import Protocol

from services.auth.domain.notice import Notice, NoticeKind


class Notices(Protocol):
    def owe_notice(
        self, kind: NoticeKind, account_id: str | None, owed_at: datetime, due_at: datetime, address: str | None = None
    ) -> None: ...

    def due_notice(self, now: datetime) -> Notice | None:
        """The one that has been due for longest, locked; those that others have locked are passed over."""
        ...

    def put_off_notice(self, notice_id: int, due_at: datetime) -> None:
        """Counts a try."""
        ...

    def note_notice_sent(self, notice_id: int, now: datetime) -> None: ...

    def drop_notice(self, notice_id: int) -> None: ...

    def drop_unsent_notices(self, account_id: str, kind: NoticeKind) -> None: ...

    def notices_sent(self, account_id: str, kind: NoticeKind, since: datetime) -> int: ...
