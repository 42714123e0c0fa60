"""Mails that auth owes to agents: which there are, and how long it tries to send one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LINKS_AN_HOUR = 5
"""Mails with a link to one person: whoever knows their NUMEN must not fill their mailbox."""
COUNTED_FOR = timedelta(hours=1)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


class NoticeKind(StrEnum):
    RESET_LINK = "reset-link"
    CONFIRM_ADDRESS = "confirm-address"
    ADDRESS_CHANGED = "address-changed"
    REOPENING_ASKED = "reopening-asked"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 - a word of the table

    @property
    def holds_link(self) -> bool:
        return self in (NoticeKind.RESET_LINK, NoticeKind.CONFIRM_ADDRESS)

    @property
    def worth_sending_for(self) -> timedelta:
        """Whoever waits for a new password has asked again by then, or found somebody to help."""
        return timedelta(minutes=30) if self is NoticeKind.RESET_LINK else timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Notice:
    """account_id: None when it is nobody's. address: where it goes, None for the account's own. tries: how often it was
    tried before."""

    notice_id: int
    kind: NoticeKind
    account_id: str | None
    address: str | None
    tries: int
    owed_at: datetime

    def is_stale(self, now: datetime) -> bool:
        return now >= self.owed_at + self.kind.worth_sending_for

    def next_try(self, now: datetime) -> datetime:
        """When it is due again unless this try succeeds: a pause that doubles, and is longer than any try takes."""
        doublings = 1 << min(self.tries, 10)
        return now + min(LONGEST_PAUSE, FIRST_PAUSE * doublings)
